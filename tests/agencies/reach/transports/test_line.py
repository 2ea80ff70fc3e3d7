"""LINE: the push endpoint over real HTTP, with its own words."""

import pytest

from agencies.models import ContactPoint, Notification
from agencies.reach import delivery
from agencies.reach.transports import http
from protectu.gateways import LineChannel
from tests.agencies.reach.transports.conftest import ALL, LINK, LONG_AGO, SUBJECT, delivered, is_failing, owe
from tests.cases.flow.dispatching.test_answering import take
from tests.conftest import make_alert
from tests.providers.http import Reply
from tests.providers.line import Line, said

pytestmark = pytest.mark.django_db

State = Notification.State
GROUP = "C" + "0123456789abcdef" * 2
STRANGER = "U" + "f" * 32


@pytest.fixture
def line(started, settings) -> Line:
    server = started(Line())
    settings.LINE_CHANNEL, settings.TRANSPORTS = LineChannel(url=server.root, token="the-token"), ALL
    return server


@pytest.fixture
def owed(betong_police) -> Notification:
    return owe(betong_police, "LINE", GROUP)


def due_again(notification: Notification) -> None:
    Notification.objects.filter(pk=notification.pk).update(due_at=notification.created_at)


def test_a_group_is_told(line, owed):
    delivered(owed)

    assert (owed.state, owed.body) == (State.SENT, "")
    [message] = line.pushed.values()
    assert message["to"] == GROUP
    [text] = message["messages"]
    assert text == {"type": "text", "text": f"{SUBJECT}\n\nเปิดดู: {LINK}\n"}


def test_a_push_that_was_taken_before_counts_and_is_not_shown_twice(line, owed, monkeypatch):
    line.manner = "hang"  # it takes the message, and its answer is lost
    with monkeypatch.context() as impatient:
        impatient.setattr(http, "DEADLINE_SECONDS", 1)
        impatient.setattr(http, "ANSWER_SECONDS", 0.1)
        delivered(owed)
    assert (owed.state, owed.last_error) == (State.QUEUED, "given, not answered")

    line.manner = ""
    due_again(owed)
    delivered(owed)

    assert (owed.state, owed.attempts) == (State.SENT, 2)
    assert [call.headers["X-Line-Retry-Key"] for call in line.calls] == [str(owed.idempotency_key)] * 2
    assert len(line.pushed) == 1


def test_who_is_not_our_friend_is_failing(line, betong_police):
    line.strangers.add(STRANGER)

    owed = delivered(owe(betong_police, "LINE", STRANGER))

    assert (owed.state, owed.last_error) == (State.FAILED, "HTTP 400 recipient")
    assert is_failing(owed)


def test_a_recipient_that_line_calls_invalid_is_failing(line, owed):
    line.says = said(400, "The property, 'to', in the request body is invalid (line: -, column: -)")

    delivered(owed)

    assert owed.state == State.FAILED


@pytest.mark.parametrize("address", ["@protectu", "C123", "0812345678", GROUP + "\n"])
def test_what_is_no_line_id_is_not_even_asked(line, betong_police, address):
    owed = delivered(owe(betong_police, "LINE", address))

    assert (owed.state, owed.last_error) == (State.FAILED, "not a LINE id")
    assert line.calls == []


@pytest.mark.parametrize(
    "answer",
    [
        said(400, "The request body has 1 error(s)"),
        said(401, "Authentication failed"),
        said(403, "Access to this API is not available for your account"),
        said(404, "Not found"),
        said(429, "You have reached your monthly limit."),
        Reply(500),
        Reply(502, b"<html>"),
    ],
    ids=lambda answer: str(answer.status),
)
def test_our_own_trouble_with_line_condemns_nobody(line, owed, answer):
    line.says = answer

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.QUEUED, f"HTTP {answer.status}")
    assert not is_failing(owed)


def test_a_wrong_token_condemns_nobody(line, owed, settings):
    settings.LINE_CHANNEL = LineChannel(url=line.root, token="old")

    assert delivered(owed).state == State.QUEUED
    assert not is_failing(owed)


def test_a_long_text_is_cut_to_what_line_takes(line, betong_police):
    owed = owe(betong_police, "LINE", GROUP, body="x" * 9000)

    assert delivered(owed).state == State.SENT


def test_who_asks_us_to_wait_is_waited_for_once_the_next_address_was_told(line, owed):
    line.says = Reply(429, headers=(("Retry-After", "120"),))
    waits = []

    for _ in range(delivery.FALL_BACK_AT):
        due_again(owed)
        delivered(owed)
        told_again_in = Notification.objects.due(for_longer_than=-delivery.timedelta(seconds=90))
        waits.append(told_again_in.filter(pk=owed.pk).exists())

    assert waits == [True, True, False]
    assert Notification.objects.exclude(pk=owed.pk).get().transport == "EMAIL"


@pytest.mark.parametrize("asked", ["Mon, 23 Nov 2026 15:00:00 GMT", "-5", "1e9", "9" * 30, "๕"])
def test_a_wait_that_is_no_number_of_seconds_is_passed_over(line, owed, asked):
    line.says = Reply(429, headers=(("Retry-After", asked.encode().decode("latin-1")),))

    assert delivered(owed).last_error == "HTTP 429"


def test_the_group_that_was_asked_hears_when_another_agency_has_taken_it(line, directory, betong_police, now):
    ContactPoint.objects.create(
        agency=betong_police, transport="LINE", address=GROUP, priority=0, verified_at=now, confirmed_at=now
    )
    case = make_alert(now=now).case
    hospital = case.dispatches.get(agency__name_en="Betong Hospital")
    Notification.objects.update(due_at=LONG_AGO)
    delivery.deliver_due(transport="LINE")

    take(hospital, now)
    Notification.objects.update(due_at=LONG_AGO)
    delivery.deliver_due(transport="LINE")

    said = [message["messages"][0]["text"] for message in line.pushed.values()]
    assert len(said) == 2
    assert "Open the link" in said[0]
    assert "TAKEN" in said[1]
    assert {message["to"] for message in line.pushed.values()} == {GROUP}
