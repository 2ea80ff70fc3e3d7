"""Listen, once in each process, for changes, and wake the open screens that they concern."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

from agencies.access import Scope
from cases.privacy import live

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0  # after the database was lost
SILENT_SECONDS = 15.0  # then we test the connection, because a cut cable sends no error


@dataclass(eq=False)
class Screen:
    """One open stream. Changes do not queue up, because a woken screen asks for everything that is new."""

    scope: Scope
    changed: asyncio.Event = field(default_factory=asyncio.Event)


_screens: set[Screen] = set()
_listener: asyncio.Task[None] | None = None


@asynccontextmanager
async def screen(scope: Scope) -> AsyncIterator[Screen]:
    """Yield a screen that each change in its scope wakes. The first starts the listener, the last ends it."""
    global _listener
    one = Screen(scope)
    _screens.add(one)
    if _listener is None or _listener.done():
        _listener = asyncio.create_task(_listen_for_ever())
    try:
        yield one
    finally:
        _screens.discard(one)
        if not _screens and _listener:
            _listener.cancel()
            _listener = None


async def _listen_for_ever() -> None:
    while True:
        try:
            await _listen()
        except Exception as error:  # Whatever went wrong, the screens must hear again.
            logger.warning("the live screens hear nothing: %s", type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)


async def _listen() -> None:
    """LISTEN on a connection of our own, because the pool would give it to other code."""
    parameters: dict[str, Any] = connection.get_connection_params()
    for name in ("cursor_factory", "context", "pool"):
        parameters.pop(name, None)
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listener:
        async with asyncio.timeout(SILENT_SECONDS):
            await listener.execute(f"LISTEN {live.CHANNEL}")
        _wake(_screens)  # for what changed while nobody listened
        while True:
            async for notice in listener.notifies(timeout=SILENT_SECONDS):
                _wake(one for one in _screens if live.concerns(notice.payload, one.scope))
            async with asyncio.timeout(SILENT_SECONDS):
                await listener.execute("SELECT 1")


def _wake(screens: Iterable[Screen]) -> None:
    for one in screens:
        one.changed.set()
