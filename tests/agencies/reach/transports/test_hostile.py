"""Servers that hang, trickle, refuse, break off, answer nonsense or too late: for each transport, with real delivery.

None of it may cost more than the deadline, lose the message, condemn the address, or go unsaid.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller

from agencies.models import Notification
from agencies.reach import delivery
from agencies.reach.transports import email, http
from protectu.gateways import LineChannel, SmsGateway
from tests.agencies.reach.transports.conftest import ALL, delivered, is_failing, owe
from tests.agencies.smtp import MailServer, free_port, url_of
from tests.providers.http import Call, Provider, Reply
from tests.providers.rude import Nobody, Rude

pytestmark = pytest.mark.django_db

State = Notification.State
# Seconds: until we give up, until a late server answers, and what is enough for what is to succeed.
DEADLINE, LATE, AMPLE = 1.0, 30.0, 60.0
ADDRESSES = {
    "EMAIL": "duty@agency.example",
    "SMS": "0812345678",
    "LINE": "C" + "0123456789abcdef" * 2,
    "WEBHOOK": "{root}/hook",
}


@pytest.fixture(autouse=True)
def impatient(settings, monkeypatch):
    wait_at_most(DEADLINE, monkeypatch)
    settings.TRANSPORTS, settings.WEBHOOK_KEY, settings.WEBHOOK_TEST_HOSTS = ALL, "the-key", ["127.0.0.1"]


def wait_at_most(seconds: float, monkeypatch) -> None:
    for phase in ("OPENING_SECONDS", "DEADLINE_SECONDS", "LATE_SECONDS", "ANSWER_SECONDS"):
        monkeypatch.setattr(email, phase, seconds)
    for phase in ("DEADLINE_SECONDS", "ANSWER_SECONDS", "BODY_SECONDS"):
        monkeypatch.setattr(http, phase, seconds)


@pytest.fixture
def patient(monkeypatch) -> Callable[[], None]:
    """Call it before an attempt that is to succeed, however busy the machine is."""
    return partial(wait_at_most, AMPLE, monkeypatch)


def point_at(settings, root: str, port: int) -> None:
    """All transports speak to this server."""
    settings.SMTP = url_of(port)
    settings.SMS_GATEWAY = SmsGateway(f"{root}/sms", "generic", "the-key", "", "S", "corporate")
    settings.LINE_CHANNEL = LineChannel(url=root, token="the-token")


def due_again(notification: Notification) -> None:
    Notification.objects.filter(pk=notification.pk).update(due_at=notification.created_at)


HOSTILE = [
    (manner, transport)
    for manner in ("refuses", "hangs", "trickles", "floods", "hangs_up", "resets", "breaks_off", "talks_nonsense")
    for transport in ALL
    if manner != "breaks_off" or transport == "EMAIL"  # it has said its status: see test_http.py
]


@pytest.mark.parametrize(("manner", "transport"), HOSTILE)
def test_a_hostile_server_costs_one_attempt_within_the_deadline(
    started, settings, betong_police, caplog, transport, manner
):
    server = started(Nobody() if manner == "refuses" else Rude(manner))
    point_at(settings, server.root, server.port)
    owed = owe(betong_police, transport, ADDRESSES[transport].format(root=server.root))

    delivered(owed)

    assert not server.gave_up_first
    assert (owed.state, owed.attempts, owed.lease_token) == (State.QUEUED, 1, None)
    assert owed.last_error
    assert owed.body  # still there for the next attempt
    assert not is_failing(owed)
    assert "could not be sent" not in caplog.text  # foreseen: not the net for poisoned rows


def test_mail_waits_for_the_resolver_and_is_tried_again(settings, betong_police, monkeypatch):
    def gives_up(*args: object, **kwargs: object) -> None:
        time.sleep(2 * DEADLINE)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    point_at(settings, "http://127.0.0.1:1", free_port())
    settings.SMTP = urlsplit("smtp://mail.agency.example:25")
    owed = owe(betong_police, "EMAIL", ADDRESSES["EMAIL"])
    monkeypatch.setattr("socket.getaddrinfo", gives_up)

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.QUEUED, "deadline")
    assert not is_failing(owed)


class Late(Provider):
    """Takes it, and says so after the deadline. It knows each key, and takes it once."""

    key_header = ""

    def __init__(self) -> None:
        super().__init__()
        self.is_late = True
        self.taken: list[str] = []

    def reply(self, call: Call) -> Reply:
        key = call.headers["Idempotency-Key"] or call.headers["X-Line-Retry-Key"]
        if key in self.taken:
            return Reply(409)
        self.taken.append(key)
        if self.is_late:
            self.is_over.wait(LATE)
        return Reply(200, b"{}")


@pytest.mark.parametrize("transport", ["LINE", "WEBHOOK"])
def test_what_was_taken_and_answered_too_late_is_asked_again_under_the_same_key_and_shown_once(
    started, settings, betong_police, transport, patient
):
    server = started(Late())
    point_at(settings, server.root, 0)
    owed = owe(betong_police, transport, ADDRESSES[transport].format(root=server.root))
    delivered(owed)
    assert (owed.state, owed.last_error) == (State.QUEUED, "given, not answered")

    server.is_late = False
    patient()
    due_again(owed)
    delivered(owed)

    assert owed.state == State.SENT
    assert server.taken == [str(owed.idempotency_key)]


class Moody:
    """An SMTP server that takes a message, but in its `mood` hangs up at that command, or answers it too late."""

    def __init__(self) -> None:
        self.mood = ""
        self.gave_up_first = False
        self.taken: list[str] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def _answer(self, command: str, server, said: str) -> str:
        if self.mood == f"hangs up at {command}":
            server.transport.abort()
        if self.mood == f"late at {command}":
            await asyncio.sleep(LATE)
            self.gave_up_first = True
        return said

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return await self._answer("MAIL", server, "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        return await self._answer("RCPT", server, "250 OK")

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        return await self._answer("QUIT", server, "221 Bye")

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        text = envelope.content.decode()
        self.taken.append(text.partition("Message-ID: <")[2].partition("@")[0])
        return await self._answer("DATA", server, "250 taken")


@pytest.fixture
def moody(settings) -> Iterator[Moody]:
    server = Moody()
    point_at(settings, "http://127.0.0.1:1", server.controller.port)
    server.controller.start()
    yield server
    server.controller.stop()


@pytest.mark.parametrize("how", ["hangs up at", "late at"])
@pytest.mark.parametrize(("command", "was_taken"), [("MAIL", False), ("RCPT", False), ("DATA", True)])
def test_mail_that_breaks_off_midway_is_sent_again_with_the_same_message_id(
    moody, betong_police, patient, how, command, was_taken
):
    owed = owe(betong_police, "EMAIL", ADDRESSES["EMAIL"])
    moody.mood = f"{how} {command}"
    delivered(owed)
    assert not moody.gave_up_first
    assert (owed.state, owed.attempts) == (State.QUEUED, 1)

    moody.mood = ""
    patient()
    due_again(owed)
    delivered(owed)

    key = str(owed.idempotency_key)
    assert owed.state == State.SENT
    # Taken, and the yes was lost: SMTP knows no key, so the mailbox has to tell by the Message-ID.
    assert moody.taken == [key, key] if was_taken else [key]
    assert not is_failing(owed)


def test_a_goodbye_that_is_not_answered_makes_no_failure_of_what_was_taken(moody, betong_police, patient):
    patient()
    owed = owe(betong_police, "EMAIL", ADDRESSES["EMAIL"])
    moody.mood = "late at QUIT"

    delivered(owed)

    assert not moody.gave_up_first
    assert (owed.state, owed.attempts, len(moody.taken)) == (State.SENT, 1, 1)


def test_one_that_hangs_up_on_a_message_does_not_stop_the_next(moody, betong_police, yala_desk):
    moody.mood = "hangs up at RCPT"
    first = owe(betong_police, "EMAIL", ADDRESSES["EMAIL"])
    second = owe(yala_desk, "EMAIL", "desk@agency.example", key="dispatch:2")

    assert delivery.deliver_due(most=2) == 2

    for owed in (first, second):
        owed.refresh_from_db()
        assert (owed.state, owed.attempts) == (State.QUEUED, 1)


def test_a_greeting_that_says_not_now_is_no_condemnation(started, settings, betong_police):
    class Busy(MailServer):
        async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
            return ["421 too busy"]

    server = Busy()
    point_at(settings, "http://127.0.0.1:1", server.controller.port)
    server.controller.start()
    owed = owe(betong_police, "EMAIL", ADDRESSES["EMAIL"])

    delivered(owed)
    server.controller.stop()

    assert owed.state == State.QUEUED
    assert not is_failing(owed)
