"""Is this process well? Asked from inside, every few seconds; who gets no answer from it for 30 s ends it."""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from celery import bootsteps, signals
from celery.worker import state
from django.conf import settings

from agencies.process import MISSED_SECONDS, SIGN_SECONDS

ANSWER_SECONDS = 8.0
STUCK_SECONDS = 600.0  # no thread of a worker has ended a task for so long, and all have one


# ---- web -----------------------------------------------------------------------------------------------------------


def of_web(application: Any) -> Callable[[], bool]:
    """Return what asks the application, as the server would, for the page that says that it lives.

    Where that is not its turn, as under siege, the others' answers show that it lives.
    """
    try:
        loop = asyncio.get_running_loop()  # uvicorn's, which imports the application
    except RuntimeError:  # tests and tools import it as well
        return lambda: True

    def is_well() -> bool:
        answer = asyncio.run_coroutine_threadsafe(_live_page(application), loop)
        try:
            status, body = answer.result(ANSWER_SECONDS)
        except TimeoutError:
            answer.cancel()
        else:
            if status == 200 or b"problems" in body:
                return bool(status == 200)
        return time.monotonic() - application.answered_at < MISSED_SECONDS

    return is_well


async def _live_page(application: Any) -> tuple[int, bytes]:
    host = urlsplit(settings.PUBLIC_URL).netloc.encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": "/health/live/",
        "raw_path": b"/health/live/",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", host), (b"x-forwarded-proto", b"https")],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 0),
    }
    asked: list[dict[str, Any]] = [{"type": "http.request", "body": b"", "more_body": False}]
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if asked:
            return asked.pop()
        await asyncio.Event().wait()  # the line stays open
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await application(scope, receive, send)
    return (said[0]["status"], b"".join(part.get("body", b"") for part in said)) if said else (0, b"")


# ---- worker --------------------------------------------------------------------------------------------------------


class Turns(bootsteps.StartStopStep):
    """Notes when the worker's loop turns. While it has no broker there is no loop, and none is missed."""

    requires = ("celery.worker.consumer.tasks:Tasks",)
    turned_at: float | None = None
    hands = 0

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self.timer: Any = None

    def start(self, consumer: Any) -> None:
        Turns.hands = consumer.controller.concurrency
        self.turn()
        self.timer = consumer.timer.call_repeatedly(SIGN_SECONDS, self.turn)

    def stop(self, consumer: Any) -> None:
        Turns.turned_at = None
        if self.timer:
            self.timer.cancel()

    shutdown = stop

    @staticmethod
    def turn() -> None:
        Turns.turned_at = time.monotonic()


class _Ended:
    """When a thread of the worker last ended a task."""

    at = time.monotonic()


@signals.task_postrun.connect
def _note_end(**kwargs: Any) -> None:
    _Ended.at = time.monotonic()


def worker_is_well() -> bool:
    now = time.monotonic()
    turns = Turns.turned_at is None or now - Turns.turned_at < MISSED_SECONDS
    all_have_one = 0 < Turns.hands <= len(state.active_requests)
    return turns and not (all_have_one and now - _Ended.at > STUCK_SECONDS)


# ---- beat ----------------------------------------------------------------------------------------------------------


def of_beat(service: Any) -> Callable[[], bool]:
    """Return what looks at the ticks of Celery's beat. Until it has met the broker there are none."""

    def is_well() -> bool:
        has_met = "producer" in service.scheduler.__dict__
        return not has_met or time.monotonic() - (service._last_tick or time.monotonic()) < MISSED_SECONDS

    return is_well
