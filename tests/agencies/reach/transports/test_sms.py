"""SMS: both kinds of gateway, over real HTTP, with the answers that they really give."""

import threading
import time

import pytest

from agencies.models import Agency, ContactPoint, Notification
from agencies.reach.transports import http, sms
from protectu.gateways import SmsGateway
from tests.agencies.reach.transports.conftest import ALL, LINK, SUBJECT, delivered, is_failing, owe
from tests.providers.http import Reply
from tests.providers.sms import JsonGateway, ThaiBulkSms, error

pytestmark = pytest.mark.django_db

State = Notification.State


def gateway(url: str, profile: str = "thaibulksms", **fields) -> SmsGateway:
    said = {"key": "the-key", "secret": "the-secret", "sender": "PROTECTU", "force": "corporate", **fields}
    return SmsGateway(url=url, profile=profile, **said)


@pytest.fixture
def carrier(started, settings) -> ThaiBulkSms:
    server = started(ThaiBulkSms())
    settings.SMS_GATEWAY, settings.TRANSPORTS = gateway(server.url), ALL
    return server


@pytest.fixture
def owed(betong_police) -> Notification:
    return owe(betong_police, "SMS", "081-234 5678")


def test_a_text_is_taken(carrier, owed):
    delivered(owed)

    assert (owed.state, owed.body, owed.last_error) == (State.SENT, "", "")
    [text] = carrier.texts
    assert (text["msisdn"], text["sender"], text["force"]) == ("66812345678", "PROTECTU", "corporate")
    assert text["message"].startswith(SUBJECT)


def test_a_text_carries_no_link_and_fits_three_parts(carrier, betong_police):
    delivered(owe(betong_police, "SMS", "0812345678", subject="ก" * 200))

    [text] = carrier.texts
    assert len(text["message"]) <= 3 * 67
    assert text["message"].endswith(sms.LOG_IN)
    assert "http" not in text["message"]
    assert LINK not in carrier.calls[0].body.decode()


@pytest.mark.parametrize(
    ("written", "dialled"),
    [("0812345678", "66812345678"), ("+66 81 234 5678", "66812345678"), ("(02) 123-4567", "6621234567"),
     ("+95 9 1234 5678", "95912345678"), ("66812345678", "66812345678")],
)  # fmt: skip
def test_numbers_as_people_write_them(written, dialled):
    assert sms._number(written) == dialled


@pytest.mark.parametrize("written", ["1300", "somebody@agency.example", "", "0812345678,0898765432", "08x2345678"])
def test_what_is_no_number_condemns_the_address(carrier, betong_police, written):
    owed = delivered(owe(betong_police, "SMS", written or "-"))

    assert (owed.state, owed.last_error) == (State.FAILED, "not a telephone number")
    assert is_failing(owed)
    assert carrier.calls == []


def test_a_number_that_the_carrier_does_not_know_is_failing_and_the_mailbox_is_told(carrier, owed, betong_police):
    carrier.unknown_numbers.add("66812345678")

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.FAILED, "HTTP 200 bad number")
    assert is_failing(owed)
    successor = Notification.objects.exclude(pk=owed.pk).get(contact_point__audience="DUTY")
    assert (successor.transport, successor.contact_point.address) == ("EMAIL", "betong-police-duty@agency.example")
    assert LINK in successor.body


def test_a_number_refused_by_name_is_failing(carrier, owed):
    carrier.says = error(400, 105, "ERROR_MSISDN", "msisdn is invalid")

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.FAILED, "HTTP 400 105")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(Reply(500), "HTTP 500"), (Reply(503, b"<html>down</html>"), "HTTP 503"), (Reply(429), "HTTP 429"),
     (Reply(200, b"[]"), "HTTP 200"), (Reply(200, b"\xff{"), "HTTP 200"),
     (Reply(400, b'{"error": "no"}'), "HTTP 400"),
     (Reply(500, b'{"error": {"name": "ERROR_MSISDN"}}'), "HTTP 500")],
)  # fmt: skip
def test_trouble_on_their_side_is_tried_again_and_condemns_nobody(carrier, owed, answer, reason):
    carrier.says = answer

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.QUEUED, reason)
    assert not is_failing(owed)


@pytest.mark.parametrize(
    ("status", "name", "description"),
    [
        (401, "ERROR_AUTHENTICATION", "not allowed to send to this msisdn"),
        (402, "ERROR_CREDIT", "no credit for this msisdn"),
        (403, "ERROR_SENDER", "sender is not allowed for this msisdn"),
        (400, "ERROR_QUOTA", "quota of messages to this msisdn is used up"),
        (400, "ERROR_SENDER", "sender name is not registered for msisdn"),
        (429, "ERROR_RATE", "too many requests for msisdn"),
    ],
)
def test_a_word_about_our_account_condemns_no_number_that_it_names(carrier, owed, status, name, description):
    carrier.says = error(status, 105, name, description)

    delivered(owed)

    assert (owed.state, is_failing(owed)) == (State.QUEUED, False)


def test_a_number_that_is_left_out_for_our_credit_is_no_bad_number(carrier, owed):
    bad = b'{"phone_number_list": [], "bad_phone_number_list": [{"number": "668", "message": "Insufficient credit"}]}'
    carrier.says = Reply(200, bad)

    delivered(owed)

    assert (owed.state, is_failing(owed)) == (State.QUEUED, False)


def test_wrong_credentials_condemn_nobody(carrier, owed, settings):
    settings.SMS_GATEWAY = gateway(carrier.url, secret="old")

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.QUEUED, "HTTP 401 101")
    assert not is_failing(owed)


def test_credit_that_is_used_up_condemns_nobody(carrier, owed):
    carrier.credit = 0

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.QUEUED, "HTTP 400 112")
    assert not is_failing(owed)


@pytest.mark.parametrize("manner", ["hang", "trickle"])
def test_the_deadline_is_for_the_whole_exchange(carrier, owed, monkeypatch, manner):
    monkeypatch.setattr(http, "DEADLINE_SECONDS", 1)
    monkeypatch.setattr(http, "ANSWER_SECONDS", 1)
    carrier.manner = manner
    began = time.monotonic()

    delivered(owed)

    assert time.monotonic() - began > 1.5
    assert not carrier.gave_up_first
    assert (owed.state, owed.last_error) == (State.QUEUED, "given, not answered")


def test_a_name_server_that_hangs_meets_the_deadline_too(carrier, owed, monkeypatch):
    ended, gave_up_first = threading.Event(), []

    def hang(*args: object, **kwargs: object) -> None:
        gave_up_first.append(not ended.wait(60))
        raise OSError

    monkeypatch.setattr(http, "DEADLINE_SECONDS", 1)
    monkeypatch.setattr("socket.getaddrinfo", hang)

    delivered(owed)

    assert gave_up_first == []
    ended.set()
    assert (owed.state, owed.last_error) == (State.QUEUED, "deadline")


def test_a_redirect_is_not_followed(carrier, owed, started):
    elsewhere = started(ThaiBulkSms())
    carrier.says = Reply(307, headers=(("Location", elsewhere.url),))

    delivered(owed)

    assert elsewhere.calls == []
    assert (owed.state, owed.last_error) == (State.QUEUED, "HTTP 307")


def test_an_endless_answer_is_not_read_to_its_end(carrier, owed):
    carrier.says = Reply(200, b"x" * 5_000_000)

    delivered(owed)

    assert owed.last_error == "HTTP 200"


def test_a_proxy_of_the_environment_is_not_asked(carrier, owed, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    delivered(owed)

    assert owed.state == State.SENT


def test_a_gateway_that_is_not_there_is_a_temporary_failure(carrier, owed):
    carrier.stop()

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.QUEUED, "ConnectError")


def test_the_generic_profile_speaks_json_with_a_bearer_token(started, settings, owed):
    server = started(JsonGateway())
    settings.SMS_GATEWAY, settings.TRANSPORTS = gateway(server.url, "generic", key="the-token"), ALL

    delivered(owed)

    assert owed.state == State.SENT
    assert server.texts == [{"to": "+66812345678", "from": "PROTECTU", "text": sms.compose(SUBJECT)}]
    assert server.calls[0].headers["Idempotency-Key"] == str(owed.idempotency_key)


@pytest.mark.parametrize(("status", "state"), [(401, State.QUEUED), (422, State.FAILED), (503, State.QUEUED)])
def test_the_generic_profile_tells_a_bad_number_from_trouble(started, settings, owed, status, state):
    server = started(JsonGateway())
    server.says = Reply(status)
    settings.SMS_GATEWAY, settings.TRANSPORTS = gateway(server.url, "generic", key="the-token"), ALL

    assert delivered(owed).state == state


@pytest.mark.parametrize("transport", ["SMS", "LINE", "WEBHOOK"])
def test_a_contact_point_on_a_transport_that_is_not_configured_is_not_usable(betong_police, settings, transport):
    settings.TRANSPORTS = ["EMAIL"]
    owe(betong_police, transport, "x")

    first = Agency.objects.get(pk=betong_police.pk).contact_points.usable().first()

    assert first.transport == ContactPoint.Transport.EMAIL
    settings.TRANSPORTS = ALL
    assert betong_police.contact_points.usable().first().transport == transport


@pytest.mark.parametrize("transport", ["SMS", "LINE", "WEBHOOK"])
def test_what_is_owed_on_a_transport_that_was_taken_away_goes_to_the_mailbox(betong_police, settings, transport):
    settings.SMS_GATEWAY, settings.LINE_CHANNEL, settings.WEBHOOK_KEY = None, None, ""
    settings.TRANSPORTS = ["EMAIL"]
    owed = owe(
        betong_police,
        transport,
        "0812345678",
    )

    for _ in range(3):
        Notification.objects.filter(pk=owed.pk).update(due_at=owed.created_at)
        delivered(owed)

    assert (owed.state, owed.last_error) == (State.QUEUED, "not configured")
    assert not is_failing(owed)
    assert Notification.objects.exclude(pk=owed.pk).get().transport == "EMAIL"
