"""How a request is read and answered under ASGI."""

import asyncio
import sys
import tempfile
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Handler(ASGIHandler):
    """Handles each request in one thread, from the first middleware to the view.

    Django's own handler changes the thread at each step of each middleware, which takes as long as the rest of a
    small page. The streams of live screens are sent by the event loop as before.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Finish the request even when the sender is gone: a press counts although the page was left at once.

        Django would cancel what its thread has not begun when the connection closes.
        """
        answering = asyncio.ensure_future(sync_to_async(self.get_response)(request))
        try:
            return await asyncio.shield(answering)
        except asyncio.CancelledError:
            await answering
            raise

    async def read_body(self, receive: Any) -> IO[bytes]:
        """Return the first BODY_MAX_BYTES of the body and drain the rest, so that the person gets an answer.

        Django would keep all of it, in a folder for temporary files when it is large. A full disk cuts the body too.
        """
        size = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        body = tempfile.SpooledTemporaryFile(max_size=size, mode="w+b")  # noqa: SIM115 - closed with the request
        room = settings.BODY_MAX_BYTES
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            piece = message.get("body", b"")[: max(room, 0)]
            room -= _write(body, piece)
            if not message.get("more_body", False):
                break
        body.seek(0)
        return body


def _write(body: IO[bytes], piece: bytes) -> int:
    try:
        return body.write(piece)
    except OSError:  # the disk is full
        return sys.maxsize
