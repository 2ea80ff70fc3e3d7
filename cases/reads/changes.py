"""Hears, once a process, that something changed, and wakes the open screens that it concerns."""

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
SILENT_SECONDS = 15.0  # then the connection is tried: a cable that was cut says nothing by itself


@dataclass(eq=False)
class Screen:
    """One open stream. Changes do not queue up: a screen that was woken asks for all that is new."""

    scope: Scope
    changed: asyncio.Event = field(default_factory=asyncio.Event)


_screens: set[Screen] = set()
_listener: asyncio.Task[None] | None = None


@asynccontextmanager
async def screen(scope: Scope) -> AsyncIterator[Screen]:
    """A screen, woken at each change that its scope concerns. The first starts the listening, the last ends it."""
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
        except Exception as error:  # whatever it was, the screens must not stay deaf
            logger.warning("the live screens hear nothing: %s", type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)


async def _listen() -> None:
    """LISTEN on a connection outside the pool, which would hand it to somebody else."""
    parameters: dict[str, Any] = connection.get_connection_params()
    for name in ("cursor_factory", "context", "pool"):
        parameters.pop(name, None)
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listener:
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
