"""How a request is taken in and answered under ASGI."""

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
    """Each request in one thread from the first middleware to the view.

    Django's own changes the thread at every step of every middleware and back, which takes as long as the rest
    of a small page. The live screens lose nothing: their streams are sent by the event loop as before.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """To its end, though whoever sent it is gone: one who presses, and leaves the page at once, has pressed.

        Django cancels what its thread has not begun yet as soon as the line is closed.
        """
        answering = asyncio.ensure_future(sync_to_async(self.get_response)(request))
        try:
            return await asyncio.shield(answering)
        except asyncio.CancelledError:
            await answering
            raise

    async def read_body(self, receive: Any) -> IO[bytes]:
        """As much of it as we take. The rest is drained, or the person would see a line that broke off.

        Django keeps all that comes, in a folder for temporary files once it is large. A full one cuts the body too.
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
