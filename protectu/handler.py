"""How a request is read and answered under ASGI."""

import asyncio
import io
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import connections
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from cases.pages.public.network import address_of
from cases.privacy.networks import prefix_of
from protectu import refusals, traffic
from protectu.bodies import BODIES, TooSlow
from protectu.lanes import Full, Gone

KNOCK = "/health/knock/"  # the proxy asks there before it passes words on, so it takes no turn in any lane
Hearing = asyncio.Future[Any]  # done when the client has left


class Handler(ASGIHandler):
    """Answers each request in one thread, which gives its connection to the database back before the answer is sent.

    Django's own handler changes the thread at each step of each middleware, keeps the connection while a slow phone
    reads, and for good when sending fails. The streams of live screens are sent by the event loop.
    """

    def __init__(self) -> None:
        super().__init__()
        most = sum(lane.at_once for lane in traffic.LANES.values())  # so no thread is waited for, only a turn
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="answer")
        self.answered_at = time.monotonic()  # when a thread last ended an answer: a web that is busy does not hang

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError(f"only http is served, not {scope['type']}")
        if scope["path"] == KNOCK:
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})
            return
        await self.handle(scope, receive, send)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            with BODIES.one(scope) as pace:
                body = await self.read_body(partial(pace.next, receive))
        except RequestAborted:
            return
        except TooSlow:
            await self._send_away(scope, send)
            return
        gone = asyncio.ensure_future(_left(receive))
        try:
            with body:
                request, error = self.create_request(scope, body)
                response: Any = error if request is None else await self._answer_in_turn(request, _size(body), gone)
                try:
                    await self._send_while_heard(response, gone, send)
                finally:  # however sending ended: files and the request are closed
                    response.close()
        except Gone:
            pass
        finally:
            gone.cancel()

    async def _send_away(self, scope: Any, send: Any) -> None:
        """Answer without the body, with the numbers to call, and close the line."""
        request, error = self.create_request(scope, io.BytesIO())
        response: Any = error
        if request is not None:
            response = await self._answer_in_turn(
                request, 0, asyncio.get_running_loop().create_future(), only_away=True
            )
        response.headers["Connection"] = "close"
        try:
            await self.send_response(response, send)
        finally:
            response.close()

    async def _answer_in_turn(
        self, request: Any, size: int, gone: Hearing, *, only_away: bool = False
    ) -> HttpResponseBase:
        """Wait for a turn in the lane of this request. If there is none, say so at once, and what to do."""
        network = prefix_of(address_of(request)) or ""
        name = traffic.lane_of(request, size=size)
        for lane in (traffic.SENT_AWAY,) if only_away else traffic.tried(name):
            request.lane = lane
            try:
                async with traffic.LANES[lane].turn(network, gone=None if request.method == "POST" else gone):
                    return await self._answer_in_a_thread(request)
            except Full:
                request.found_full = lane
        return HttpResponse(status=503, headers={"Retry-After": "5"})

    async def _answer_in_a_thread(self, request: Any) -> HttpResponseBase:
        """Finish the request even when the sender is gone: a press counts although the page was left at once."""
        answer = sync_to_async(self._answer, thread_sensitive=False, executor=self._threads)
        answering = asyncio.ensure_future(answer(request))
        try:
            return await asyncio.shield(answering)
        except asyncio.CancelledError:
            (await answering).close()
            raise

    def _answer(self, request: Any) -> HttpResponseBase:
        try:
            set_script_prefix(get_script_prefix(request.scope))
            signals.request_started.send(sender=self.__class__, scope=request.scope)
            response: Any = self.get_response(request)
            response._handler_class = self.__class__
            if request.method == "POST" and traffic.is_press(request):
                refusals.REFUSED.note(is_taken=response.status_code < 500)
            return _loaded(response)
        finally:  # here, because a connection belongs to the thread that took it
            connections.close_all()
            self.answered_at = time.monotonic()

    async def _send_while_heard(self, response: HttpResponseBase, gone: Hearing, send: Any) -> None:
        """Send the answer; stop when the client has gone. A stream would otherwise go on for ever."""
        sending = asyncio.ensure_future(self.send_response(response, send))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()  # does nothing to one that is done
            await asyncio.gather(sending, return_exceptions=True)
        if not sending.cancelled() and (error := sending.exception()):
            raise error

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


async def _left(receive: Any) -> None:
    """Return when the client has hung up, or has its answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _size(body: IO[bytes]) -> int:
    size = body.seek(0, io.SEEK_END)
    body.seek(0)
    return size


def _write(body: IO[bytes], piece: bytes) -> int:
    try:
        return body.write(piece)
    except OSError:  # the disk is full
        return sys.maxsize


def _loaded(response: Any) -> HttpResponseBase:
    """Read a file, or any other stream that is not asynchronous, here: the event loop must not wait for a disk."""
    if isinstance(response, FileResponse):
        response.block_size = ASGIHandler.chunk_size
    if isinstance(response, StreamingHttpResponse) and not response.is_async:
        response.streaming_content = _one_by_one(list(response))
    return response


async def _one_by_one(parts: list[bytes]) -> Any:
    for part in parts:
        yield part
