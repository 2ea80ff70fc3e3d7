"""LINE tells us what happens in its chats: signed, more than once, and in any shape."""

import base64
import hashlib
import hmac
import threading

import pytest
from django.db import connection
from django.utils import timezone

from agencies import tasks
from agencies.models import ContactPoint, LineEvent, LineReply, Notification
from agencies.reach import replies, verification
from agencies.reach.webhooks import line_events as inbound
from protectu.gateways import LineChannel
from tests.providers.http import Reply
from tests.providers.line import event, text

pytestmark = pytest.mark.django_db

PERSON = {"type": "user", "userId": "U" + "1" * 32}
GROUP = {"type": "group", "groupId": "C" + "2" * 32, "userId": "U" + "1" * 32}
CODE = "1234 5678"


@pytest.fixture
def heard(monkeypatch) -> list[tuple[str, dict]]:
    """What the directory is asked to do, instead of doing it."""
    calls: list[tuple[str, dict]] = []
    for name in ("bind_line", "line_left", "line_joined_by"):
        monkeypatch.setattr(verification, name, lambda _name=name, **said: calls.append((_name, said)))
    return calls


def names(calls) -> list[str]:
    return [name for name, _ in calls]


def test_a_code_binds_the_chat_that_it_came_from(tell, heard):
    assert tell(event("message", PERSON, message=text(CODE), replyToken="r1")) == 200
    assert tell(event("message", GROUP, message=text(CODE), replyToken="r2")) == 200

    assert [(name, said["code"], said["line_id"]) for name, said in heard] == [
        ("bind_line", CODE, PERSON["userId"]),
        ("bind_line", CODE, GROUP["groupId"]),
    ]


def test_who_sent_a_code_hears_whether_it_was_taken(line, tell, heard, monkeypatch):
    tell(event("message", PERSON, message=text(CODE), replyToken="r1"))
    monkeypatch.setattr(verification, "bind_line", lambda **said: object())
    tell(event("message", PERSON, message=text(CODE), replyToken="r2"))
    assert line.replied == {}  # nothing is said within LINE's own request

    tasks.deliver(transport="LINE")

    assert "does not work" in line.replied["r1"]
    assert "second officer" in line.replied["r2"]
    assert not LineReply.objects.exists()


@pytest.mark.parametrize(("kind", "source"), [("follow", PERSON), ("join", GROUP)])
def test_who_adds_us_hears_how_to_bind_and_where_help_is(line, tell, heard, kind, source):
    tell(event(kind, source, replyToken="r1"))
    tasks.deliver(transport="LINE")

    assert "ask your administrator for a code" in line.replied["r1"]
    assert "1300" in line.replied["r1"]
    assert heard == []


@pytest.mark.parametrize(
    ("kind", "source", "name"),
    [
        ("unfollow", PERSON, "line_left"),
        ("leave", GROUP, "line_left"),
        ("memberJoined", GROUP, "line_joined_by"),
    ],
)
def test_who_leaves_and_who_joins_is_told_to_the_directory(tell, heard, kind, source, name):
    joined = {"joined": {"members": [PERSON]}, "replyToken": "r1"} if kind == "memberJoined" else {}

    assert tell(event(kind, source, **joined)) == 200

    assert names(heard) == [name]
    assert heard[0][1]["line_id"] == source.get("groupId", source["userId"])
    assert not LineReply.objects.exists()


@pytest.mark.parametrize("words", ["สวัสดี", "ช่วยด้วย", "12345678 please", "", "1" * 5000, "\x00"])
def test_a_chats_talk_is_not_read_kept_or_answered(tell, heard, words):
    assert tell(event("message", GROUP, message=text(words), replyToken="r1")) == 200

    assert heard == []
    assert not LineReply.objects.exists()


def test_an_event_that_comes_again_is_dealt_with_once(tell, heard):
    first = event("message", PERSON, message=text(CODE), replyToken="r1", number="01FZ74A0TDDPYRVKNK77XKC3ZR")
    again = {**first, "deliveryContext": {"isRedelivery": True}}

    assert [tell(first), tell(again), tell(first, again)] == [200, 200, 200]

    assert names(heard) == ["bind_line"]
    assert LineReply.objects.count() == 1


def test_an_event_that_failed_is_dealt_with_when_it_comes_again_and_stops_no_other(tell, heard, monkeypatch):
    joined = event("memberJoined", GROUP)
    monkeypatch.setattr(verification, "line_joined_by", lambda **said: 1 / 0)
    assert tell(joined, event("leave", GROUP)) == 503
    assert names(heard) == ["line_left"]

    monkeypatch.setattr(verification, "line_joined_by", lambda **said: heard.append(("joined", said)))
    assert tell(joined) == 200

    assert names(heard) == ["line_left", "joined"]


def test_lines_own_trial_call_is_answered(tell):
    assert tell() == 200


@pytest.mark.parametrize(
    "strange",
    [
        {"type": "videoPlayComplete", "source": PERSON, "webhookEventId": "1"},
        {"type": "message", "source": PERSON, "webhookEventId": "1", "message": {"type": "location", "latitude": 6}},
        {"type": "message", "source": PERSON, "webhookEventId": "1"},
        {"type": "message", "source": None, "webhookEventId": "1", "message": text(CODE)},
        {"type": "message", "source": {"userId": 7}, "webhookEventId": "1", "message": text(CODE)},
        {"type": "message", "source": {"userId": "U1"}, "webhookEventId": "1", "message": text(CODE)},
        {"type": "message", "source": PERSON, "message": text(CODE)},
        {"type": "message", "source": PERSON, "webhookEventId": "1" * 65, "message": text(CODE)},
        {"type": "message", "source": PERSON, "webhookEventId": "\0", "message": text(CODE)},
        {"type": ["message"], "source": PERSON, "webhookEventId": "1", "message": text(CODE)},
        {},
        "event",
        None,
    ],
    ids=str,
)
def test_what_we_do_not_understand_is_passed_over(tell, heard, strange):
    assert tell(strange, event("leave", GROUP)) == 200

    assert names(heard) == ["line_left"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b'{"events": 7}', b'{"events": {}}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_signed_body_that_is_none_is_answered_calmly(line, post, body):
    signature = base64.b64encode(hmac.new(line.secret.encode(), body, hashlib.sha256).digest()).decode()

    assert post("/hooks/line/", body, {"X-Line-Signature": signature}) == 400


def test_what_line_did_not_sign_is_not_even_parsed(line, post, monkeypatch):
    monkeypatch.setattr(inbound, "receive", lambda *args, **kwargs: pytest.fail("parsed"))
    body, signature = line.webhook(event("leave", GROUP))

    for wrong in ("", "x", signature[:-1], signature + " ", "é", "ก".encode().decode("latin-1")):
        assert post("/hooks/line/", body, {"X-Line-Signature": wrong}) == 401
    assert post("/hooks/line/", body + b" ", {"X-Line-Signature": signature}) == 401
    assert post("/hooks/line/", body, {}) == 401


def test_without_the_channels_secret_the_door_is_closed(line, post, settings):
    body, signature = line.webhook()
    settings.LINE_CHANNEL = LineChannel(url=line.root, token=line.token)
    assert post("/hooks/line/", body, {"X-Line-Signature": signature}) == 404

    settings.LINE_CHANNEL = None
    assert post("/hooks/line/", body, {"X-Line-Signature": signature}) == 404


def test_a_body_of_a_megabyte_is_not_read(line, post):
    assert post("/hooks/line/", b"x" * 1_100_000, {"X-Line-Signature": "x"}) == 413


def test_an_answer_is_owed_once_and_a_lost_one_is_lost(line, tell, heard):
    tell(event("join", GROUP, replyToken="r1"))
    line.says = Reply(500)

    tasks.deliver(transport="LINE")
    line.says = None
    tasks.deliver(transport="LINE")

    assert line.replied == {}
    assert not LineReply.objects.exists()


def test_an_answer_that_is_a_minute_late_is_not_given(line, tell, now):
    replies.owe(token="r1", says="BOUND", now=now)

    tasks.deliver(transport="LINE")

    assert line.replied == {}
    assert not LineReply.objects.exists()


def test_another_transports_worker_leaves_the_answers_alone(line, tell):
    tell(event("join", GROUP, replyToken="r1"))

    tasks.deliver(transport="SMS")

    assert LineReply.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"mode": "standby", "replyToken": "r1"}, {"replyToken": "r" * 201}, {"replyToken": "\0"}, {"replyToken": 7}],
)
def test_no_answer_is_owed_where_none_can_be_given(tell, fields):
    assert tell(event("join", GROUP, **fields)) == 200

    assert not LineReply.objects.exists()


def test_events_are_forgotten_after_a_week(tell, heard, now):
    tell(event("leave", GROUP))
    LineEvent.objects.create(event_id="old", received_at=now - inbound.FORGOTTEN_AFTER * 2)

    tasks.forget()

    assert LineEvent.objects.count() == 1
    assert not LineEvent.objects.filter(event_id="old").exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_event_twice_at_the_same_moment_is_dealt_with_once(line, heard, monkeypatch):
    body, _ = line.webhook(event("memberJoined", GROUP))
    both = threading.Barrier(2)
    is_new = inbound._is_new

    def together(event_id, *, now):
        both.wait(60)
        return is_new(event_id, now=now)

    monkeypatch.setattr(inbound, "_is_new", together)

    def work() -> None:
        try:
            inbound.receive(body, now=timezone.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert names(heard) == ["line_joined_by"]


# ---- The directory's own part, for real --------------------------------------------------------------------------


@pytest.fixture
def group(betong_police, now) -> ContactPoint:
    """A LINE group that the police hear by."""
    return ContactPoint.objects.create(
        agency=betong_police, transport="LINE", address=GROUP["groupId"], verified_at=now, confirmed_at=now
    )


def test_a_group_is_bound_by_the_code_that_is_written_in_it(line, tell, betong_police, pim):
    proposed = ContactPoint.objects.create(agency=betong_police, transport="LINE", address="")
    code = verification.make_line_code(contact_point=proposed, by=pim, now=timezone.now())

    tell(event("message", GROUP, message=text("00000000"), replyToken="r1"))
    tell(event("message", GROUP, message=text(code), replyToken="r2"))
    tasks.deliver(transport="LINE")

    proposed.refresh_from_db()
    assert proposed.address == GROUP["groupId"]
    assert proposed.verified_at
    assert not ContactPoint.objects.usable().filter(pk=proposed.pk).exists()  # until a second officer confirms it
    assert ["does not work" in line.replied["r1"], "second officer" in line.replied["r2"]] == [True, True]


def test_a_group_that_removes_us_is_failing(tell, group):
    tell(event("leave", GROUP))

    group.refresh_from_db()
    assert group.failing_since


def test_who_joins_a_group_is_told_to_the_supervisor_once(tell, group):
    joined = event("memberJoined", GROUP, joined={"members": [PERSON]})

    assert [tell(joined), tell(joined)] == [200, 200]

    warned = Notification.objects.get()
    assert (warned.contact_point.agency, warned.contact_point.audience) == (group.agency, "SUPERVISOR")
