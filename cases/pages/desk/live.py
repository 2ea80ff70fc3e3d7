"""Tell an open screen to ask again. The stream says that something changed, never what."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from random import randint, random

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, connection
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from agencies.access import DESK, Scope, is_desk, role_required, scope_of
from agencies.models import Officer
from cases.reads import changes

PING_SECONDS = 15.0
AT_MOST_EVERY_SECONDS = 0.3
MOST_OF_ONE_SESSION = 4  # a browser needs one; whoever cannot share it among its tabs, a few
AWAY_MILLISECONDS = 60_000  # before a screen that was closed for a newer one comes back
RECHECK_SECONDS = 30.0

CHANGED = b"event: changed\ndata:\n\n"
PING = b": still here\n\n"

# One thread: the logins of however many screens are checked over one connection of the pool (protectu.traffic).
_checkers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")
_screens_of: dict[str, list[changes.Screen]] = {}  # of each session, the oldest first


@role_required(*DESK)
@require_GET
def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Send `event: changed` once at the start, and whenever the officer's screen is out of date."""
    events = _events(request.session.session_key or "")
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(session_key: str) -> AsyncIterator[bytes]:
    scope = await _rechecked(session_key, known=None)
    if scope is None:
        return
    clock = asyncio.get_running_loop().time
    async with changes.screen(scope) as screen, _one_of_few(session_key, screen):
        yield b"retry: %d\n\n" % randint(2000, 8000) + CHANGED  # noqa: S311 - so that not all screens come back at once after a restart
        said_at = clock()
        checked_at = said_at - random() * RECHECK_SECONDS / 2  # noqa: S311 - so that not all logins are checked at once
        while True:
            if clock() - checked_at >= RECHECK_SECONDS:
                scope, checked_at = await _rechecked(session_key, known=screen.scope), clock()
                if scope is None:
                    return
                screen.scope = scope
            if await _woken(screen, min(said_at + PING_SECONDS, checked_at + RECHECK_SECONDS) - clock()):
                if screen not in _screens_of.get(session_key, ()):
                    yield b"retry: %d\n\n" % AWAY_MILLISECONDS
                    return
                screen.changed.clear()
                yield CHANGED
                said_at = clock()
                await asyncio.sleep(AT_MOST_EVERY_SECONDS)
            elif clock() - said_at >= PING_SECONDS:
                yield PING
                said_at = clock()


@asynccontextmanager
async def _one_of_few(session_key: str, screen: changes.Screen) -> AsyncIterator[None]:
    """Count this stream among those of its session. The oldest of too many is woken, and finds that it is over."""
    mine = _screens_of.setdefault(session_key, [])
    mine.append(screen)
    if len(mine) > MOST_OF_ONE_SESSION:
        mine.pop(0).changed.set()
    try:
        yield
    finally:
        if screen in mine:
            mine.remove(screen)
        if not mine:
            _screens_of.pop(session_key, None)


async def _woken(screen: changes.Screen, seconds: float) -> bool:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            return await screen.changed.wait()
    except TimeoutError:
        return False


async def _rechecked(session_key: str, *, known: Scope | None) -> Scope | None:
    """Return what the officer may see now, or None when the session has ended.

    While the database is away, return `known`: the stream says nothing then, and each page asks for permission
    anew.
    """
    try:
        return await asyncio.get_running_loop().run_in_executor(_checkers, _scope, session_key)
    except DatabaseError:
        return known


def _scope(session_key: str) -> Scope | None:
    try:
        request = HttpRequest()
        request.session = SessionStore(session_key)
        officer = get_user(request)  # checks the password's hash in the session, and is_active
        return scope_of(officer) if isinstance(officer, Officer) and is_desk(officer) else None
    finally:
        connection.close()
