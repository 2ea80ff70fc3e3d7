"""Webhooks: signed, to the outside only, and judged by their status alone."""

import json

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Notification
from agencies.reach.signature import key_of, sign
from agencies.reach.transports import http
from agencies.reach.transports.addresses import is_public
from tests.agencies.reach.transports.conftest import ALL, LINK, SUBJECT, delivered, is_failing, owe
from tests.providers.agency_system import AgencySystem
from tests.providers.http import Reply

pytestmark = pytest.mark.django_db

State = Notification.State


@pytest.fixture(autouse=True)
def configured(settings):
    settings.WEBHOOK_KEY, settings.TRANSPORTS = "the-deployment's-key", ALL
    settings.WEBHOOK_TEST_HOSTS = ["127.0.0.1"]


@pytest.fixture
def agency_system(started) -> AgencySystem:
    return started(AgencySystem())


@pytest.fixture
def owed(agency_system, betong_police) -> Notification:
    owed = owe(betong_police, "WEBHOOK", agency_system.url)
    agency_system.key = key_of(owed.contact_point_id)
    return owed


def test_a_signed_message_is_taken(agency_system, owed):
    delivered(owed)

    assert owed.state == State.SENT
    [message] = agency_system.taken.values()
    assert message == {"id": str(owed.idempotency_key), "subject": SUBJECT, "text": f"เปิดดู: {LINK}\n"}
    assert agency_system.calls[0].headers["Content-Type"] == "application/json"


def test_what_was_taken_before_counts(agency_system, owed):
    agency_system.taken[str(owed.idempotency_key)] = {}

    assert delivered(owed).state == State.SENT


def test_an_agency_sees_through_a_changed_body_an_old_copy_and_anothers_key(agency_system, owed):
    delivered(owed)
    [call] = agency_system.calls
    sent_at = int(call.headers["Portal-Timestamp"])

    assert agency_system.is_genuine(call, now=sent_at + 299)
    assert not agency_system.is_genuine(call, now=sent_at + 301)
    assert not agency_system.is_genuine(type(call)(call.path, call.headers, call.body + b" "), now=sent_at)
    agency_system.key = key_of(owed.contact_point_id + 1)
    assert not agency_system.is_genuine(call, now=sent_at)


def test_the_signature_of_the_documentation(settings):
    key = "5f0c3e9d8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d"

    signature = sign(b'{"id":"1"}', timestamp=1795442520, key=key)

    assert f"v1={signature}" in (settings.BASE_DIR / "docs/webhook.md").read_text()


@pytest.mark.parametrize(
    ("status", "state"),
    [(404, State.FAILED), (410, State.FAILED), (400, State.QUEUED), (401, State.QUEUED), (429, State.QUEUED),
     (500, State.QUEUED)],
)  # fmt: skip
def test_only_what_is_not_there_condemns_the_address(agency_system, owed, status, state):
    agency_system.says = Reply(status, b"who knows what stands here")

    delivered(owed)

    assert (owed.state, owed.last_error) == (state, f"HTTP {status}")
    assert is_failing(owed) is (state == State.FAILED)


def test_a_redirect_is_not_followed(agency_system, owed, started):
    inside = started(AgencySystem())
    agency_system.says = Reply(302, headers=(("Location", inside.url),))

    delivered(owed)

    assert (owed.state, owed.last_error) == (State.QUEUED, "HTTP 302")
    assert inside.calls == []


def test_a_system_that_trickles_meets_the_deadline(agency_system, owed, monkeypatch):
    monkeypatch.setattr(http, "DEADLINE_SECONDS", 1)
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.1)
    agency_system.manner = "trickle"

    assert delivered(owed).last_error == "given, not answered"


@pytest.mark.parametrize(
    "url",
    ["http://agency.example/hook", "ftp://agency.example/", "https://", "//agency.example/", "not an address",
     "https://user:word@agency.example/", "https://[::1/"],
)  # fmt: skip
def test_only_https_to_a_host_is_an_address(betong_police, url):
    owed = delivered(owe(betong_police, "WEBHOOK", url))

    assert (owed.state, owed.last_error) == (
        State.FAILED,
        "not an address" if "[" in url else "not an https address",
    )


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "[::1]", "[fc00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]", "2130706433",
     "0x7f.1"],
)  # fmt: skip
def test_an_address_inside_our_walls_is_refused_before_anything_is_sent(betong_police, settings, host):
    settings.WEBHOOK_TEST_HOSTS = []

    owed = delivered(owe(betong_police, "WEBHOOK", f"https://{host}:9/hook"))

    assert (owed.state, owed.last_error) == (State.FAILED, "not a public address")


def test_public_addresses_are_public():
    assert [is_public(ip) for ip in ("203.150.1.1", "2001:fb0::1", "224.0.0.1", "fe80::1%eth0")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_name_with_one_address_inside_is_refused(betong_police, monkeypatch):
    both = [(2, 1, 6, "", ("203.150.1.1", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: both)

    owed = delivered(owe(betong_police, "WEBHOOK", "https://agency.example/hook"))

    assert owed.last_error == "not a public address"


def test_the_name_is_looked_up_once_and_the_address_that_was_looked_at_is_called(agency_system, owed, monkeypatch):
    port = int(agency_system.root.rpartition(":")[2])
    answers = iter([[(2, 1, 6, "", ("127.0.0.1", port))]])
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: next(answers))

    answer = http.post(f"http://agency.example:{port}/protect-u", content=b"{}", headers={"Portal-Timestamp": "0"})

    assert answer.status == 401  # it is our agency's system, and such a signature it does not take
    assert agency_system.calls[0].headers["Host"] == f"agency.example:{port}"


def test_a_name_that_leads_nowhere_is_a_temporary_failure(betong_police):
    owed = delivered(owe(betong_police, "WEBHOOK", "https://agency.invalid/hook"))

    assert (owed.state, owed.last_error) == (State.QUEUED, "OSError")


def test_the_key_is_printed_for_a_webhook_and_nothing_else(owed, betong_police, capsys):
    call_command("webhook_key", owed.contact_point_id)

    assert capsys.readouterr().out.strip() == key_of(owed.contact_point_id)
    with pytest.raises(CommandError):
        call_command("webhook_key", betong_police.contact_points.filter(transport="EMAIL")[0].pk)


def test_the_body_is_json_in_utf8(agency_system, owed):
    delivered(owed)

    assert json.loads(agency_system.calls[0].body.decode("utf-8"))["subject"] == SUBJECT
