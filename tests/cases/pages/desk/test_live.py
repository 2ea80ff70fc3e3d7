"""An open screen hears that something changed: only what concerns its officer, and only while the login lasts."""

import asyncio
import socket
from contextlib import AsyncExitStack, ExitStack
from unittest.mock import Mock

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import AsyncClient
from django.urls import reverse

from agencies.models import Officer, Role
from cases.pages.desk import live as page
from cases.reads import changes
from tests.conftest import make_alert, make_officer
from tests.web import a_web

pytestmark = pytest.mark.django_db(transaction=True)

CHANGED = b"event: changed"


class Screen:
    """A browser that keeps what it hears."""

    def __init__(self, officer: Officer, client: AsyncClient | None = None):
        self.officer, self.heard, self.client = officer, b"", client

    async def __aenter__(self):
        starts_listening, client = not changes._screens, self.client or AsyncClient()
        if not self.client:
            await client.aforce_login(self.officer)
        self.response = await client.get(reverse("desk-live"))
        self.reading = asyncio.create_task(self._read())
        # Once at the start, and the first screen once more when LISTEN stands.
        await until(lambda: self.heard.count(CHANGED) == 1 + starts_listening)
        self.heard = b""
        return self

    async def __aexit__(self, *_):
        self.reading.cancel()
        await asyncio.gather(self.reading, return_exceptions=True)

    async def _read(self):
        stream = aiter(self.response)
        try:
            async for part in stream:
                self.heard += part
        finally:
            await stream.aclose()

    async def hears(self, what: bytes):
        await until(lambda: what in self.heard)

    async def ends(self):
        await until(self.reading.done)
        await self.reading


async def until(check):
    async with asyncio.timeout(60):
        while not check():
            await asyncio.sleep(0.01)


async def next_recheck(scope: Mock):
    """One that begins from now on has ended, and its screen goes by what it found."""
    before = scope.call_count
    await until(lambda: scope.call_count >= before + 2)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Make each pause shorter than a test wants to wait."""
    monkeypatch.setattr(page, "AT_MOST_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(changes, "AGAIN_SECONDS", 0.05)


@pytest.fixture
def nok(pattani_desk):
    return make_officer("Nok", pattani_desk, Role.TRIAGE)


def test_an_alert_in_yala_reaches_yalas_screen_and_not_pattanis(directory, anong, nok):
    @async_to_sync
    async def watch():
        async with Screen(anong) as yala, Screen(nok) as pattani:
            await sync_to_async(make_alert)()
            await yala.hears(CHANGED)
            await asyncio.sleep(0.2)
            assert CHANGED not in pattani.heard

    watch()


def test_a_sealed_alert_reaches_the_custodians_screen_only(directory, anong, somchai, dao):
    @async_to_sync
    async def watch():
        async with Screen(anong) as triage, Screen(somchai) as supervisor, Screen(dao) as custodian:
            await sync_to_async(make_alert)(officials_involved=True)
            await custodian.hears(CHANGED)
            await asyncio.sleep(0.2)
            assert CHANGED not in triage.heard + supervisor.heard

    watch()


def test_the_stream_says_that_something_changed_and_never_what(directory, anong):
    @async_to_sync
    async def watch():
        async with Screen(anong) as screen:
            await sync_to_async(make_alert)()
            await screen.hears(CHANGED)
            assert set(screen.heard.replace(b"\n\n", b"\n").splitlines()) == {CHANGED, b"data:"}

    watch()


class Pauses:
    """Stand for asyncio in the page: its pause between two changes lasts until the test ends it."""

    def __init__(self):
        self.ended = asyncio.Semaphore(0)

    def __getattr__(self, name):
        return getattr(asyncio, name)

    async def sleep(self, seconds):
        await self.ended.acquire()


def test_many_changes_at_once_are_one_on_the_screen(directory, anong, monkeypatch):
    @async_to_sync
    async def watch():
        async with Screen(anong) as screen:
            pauses = Pauses()
            monkeypatch.setattr(page, "asyncio", pauses)
            for _ in range(8):
                await sync_to_async(make_alert)()
            await screen.hears(CHANGED)
            assert screen.heard.count(CHANGED) == 1

            pauses.ended.release()
            await screen.hears(2 * b"event: changed\ndata:\n\n")
            assert screen.heard.count(CHANGED) == 2

    watch()


def test_a_quiet_stream_is_kept_open_by_a_comment(anong, monkeypatch):
    monkeypatch.setattr(page, "PING_SECONDS", 0.1)

    @async_to_sync
    async def watch():
        async with Screen(anong) as screen:
            await screen.hears(b": still here")

    watch()


def test_the_stream_ends_after_the_logout(anong, monkeypatch):
    monkeypatch.setattr(page, "RECHECK_SECONDS", 0.1)

    @async_to_sync
    async def watch():
        async with Screen(anong) as screen:
            await sync_to_async(Session.objects.all().delete)()
            await screen.ends()

    watch()


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.ADMIN}, {"password": "another"}])
def test_the_stream_ends_for_who_may_no_longer_watch(anong, monkeypatch, change):
    monkeypatch.setattr(page, "RECHECK_SECONDS", 0.1)

    @async_to_sync
    async def watch():
        async with Screen(anong) as screen:
            await Officer.objects.filter(pk=anong.pk).aupdate(**change)
            await screen.ends()

    watch()


def test_an_officer_who_moves_to_pattani_hears_yala_no_more(directory, pattani_desk, anong, monkeypatch):
    monkeypatch.setattr(page, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(page, "_scope", Mock(wraps=page._scope))

    @async_to_sync
    async def watch():
        async with Screen(anong) as screen:
            await Officer.objects.filter(pk=anong.pk).aupdate(agency=pattani_desk)
            await next_recheck(page._scope)
            await sync_to_async(make_alert)()
            await asyncio.sleep(0.3)
            assert CHANGED not in screen.heard

    watch()


def test_a_screen_asks_again_after_the_listening_was_broken(directory, anong):
    @async_to_sync
    async def watch():
        async with Screen(anong) as screen:
            await sync_to_async(_break_listening)()
            await screen.hears(CHANGED)
            screen.heard = b""
            await sync_to_async(make_alert)()
            await screen.hears(CHANGED)

    watch()


def _break_listening():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE query IN ('LISTEN live', 'SELECT 1') AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] == 1


def test_a_database_that_is_away_ends_no_stream(directory, anong, monkeypatch):
    monkeypatch.setattr(page, "RECHECK_SECONDS", 0.1)

    @async_to_sync
    async def watch():
        async with Screen(anong) as screen:
            monkeypatch.setattr(page, "_scope", Mock(side_effect=OperationalError))
            await next_recheck(page._scope)
            await sync_to_async(make_alert)()
            await screen.hears(CHANGED)

    watch()


def test_the_last_screen_that_closes_ends_the_listening(anong):
    @async_to_sync
    async def watch():
        async with Screen(anong):
            assert len(changes._screens) == 1
        assert changes._listener is None

    watch()
    assert not changes._screens


def test_one_session_has_a_few_streams_and_the_oldest_is_closed_for_the_newest(anong, monkeypatch):
    monkeypatch.setattr(page, "MOST_OF_ONE_SESSION", 2)

    @async_to_sync
    async def watch():
        client = AsyncClient()
        await client.aforce_login(anong)
        screens = [Screen(anong, client) for _ in range(3)]
        async with AsyncExitStack() as stack:
            for screen in screens[:2]:
                await stack.enter_async_context(screen)
            assert not screens[0].reading.done()
            await stack.enter_async_context(screens[2])

            await screens[0].ends()

            assert screens[0].heard.endswith(b"retry: 60000\n\n")
            assert not screens[1].reading.done()
        async with Screen(anong, client):  # those that have ended are not counted
            assert len(page._screens_of) == 1

    watch()
    assert page._screens_of == {}


def test_another_session_keeps_its_own(anong, somchai, monkeypatch):
    monkeypatch.setattr(page, "MOST_OF_ONE_SESSION", 1)

    @async_to_sync
    async def watch():
        async with Screen(anong) as hers, Screen(somchai) as his:
            assert not hers.reading.done()
            assert not his.reading.done()

    watch()


def test_ten_open_streams_leave_a_pool_of_three_to_the_others(client, directory, anong):
    client.force_login(anong)
    cookie = client.cookies["sessionid"].value

    with a_web(DATABASE_POOL_SIZE="3") as port, ExitStack() as open_streams:
        for _ in range(10):
            stream = open_streams.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            stream.sendall(
                f"GET /desk/live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={cookie}\r\n\r\n".encode()
            )
            heard = b""
            while CHANGED not in heard and (part := stream.recv(4096)):
                heard += part
            assert CHANGED in heard


def test_the_stream_is_never_stored_or_buffered(anong):
    @async_to_sync
    async def watch():
        async with Screen(anong) as screen:
            assert screen.response["Content-Type"] == "text/event-stream"
            assert "no-store" in screen.response["Cache-Control"]
            assert screen.response["X-Accel-Buffering"] == "no"

    watch()


def test_an_agency_officer_and_a_stranger_get_no_stream(client, pim):
    assert client.get(reverse("desk-live")).status_code == 302

    client.force_login(pim)

    assert client.get(reverse("desk-live")).status_code == 403
