"""Words and places that a person sends in LINE become a report or an alert; groups and officers are not heard."""

from datetime import timedelta

import pytest
from django.conf import settings as ours
from django.utils import timezone

from agencies.models import ContactPoint, LineEvent
from cases.flow import casework
from cases.models import Case, Conversation, Message, Position, Report
from tests.cases.flow.conversing.conftest import BETONG, MALI
from tests.conftest import NOW
from tests.providers.line import event, place, text

pytestmark = pytest.mark.django_db

GROUP = {"type": "group", "groupId": "C" + "2" * 32, "userId": MALI["userId"]}


def test_the_first_words_become_a_report_and_later_ones_join_it(chat):
    said = chat.writes("ช่วยด้วย ฉันอยู่ที่ท่าเรือ")
    chat.writes("เขากลับมาแล้ว")

    report = Report.objects.get()
    assert (report.channel, report.kind, report.language) == ("LINE", "WRITTEN", "th")
    assert (report.narrative, report.may_tell) == ("ช่วยด้วย ฉันอยู่ที่ท่าเรือ", "SOCIAL_WORKERS")
    assert [message.text for message in report.messages.all()] == ["เขากลับมาแล้ว"]
    assert "LINE เก็บแชทนี้ไว้" in said
    assert said.endswith(f"{ours.PUBLIC_URL}/th/")


def test_a_shared_place_is_an_alert_that_only_social_workers_hear_of(chat, yala_desk, betong_police):
    chat.shares(*BETONG, title="ร้านกาแฟ", address="เบตง ยะลา")

    alert = Report.objects.get()
    case = Case.objects.get()
    assert (alert.channel, alert.kind, alert.place) == ("LINE", "LOCATION_ALERT", "ร้านกาแฟ\nเบตง ยะลา")
    [position] = alert.positions.all()
    assert (position.source, round(position.point.y, 3), round(position.point.x, 4)) == ("PIN", *BETONG)
    asked = {dispatch.agency for dispatch in case.dispatches.all()}
    assert yala_desk in asked
    assert betong_police not in asked


def test_the_nearest_help_is_asked_only_by_the_button_and_at_the_place_that_was_shared(chat, betong_police):
    chat.writes("Help us")
    chat.shares(*BETONG)
    said = chat.presses("Help and police now")
    chat.presses("You may write to me")

    written, placed, wide = Report.objects.order_by("pk")
    assert (wide.kind, wide.may_tell, wide.in_danger_now) == ("LOCATION_ALERT", "NEAREST_HELP", True)
    assert (placed.linked_to, wide.linked_to) == (written, written)
    assert wide.positions.get().point == placed.positions.get().point
    assert betong_police in {dispatch.agency for dispatch in wide.case.dispatches.all()}
    assert "191" in said


def test_pressing_for_help_again_opens_no_second_case(chat):
    chat.does("follow")
    chat.presses("Help and police now")
    chat.does("postback", postback={"data": "help"})

    assert Report.objects.count() == Case.objects.count() == 1


def test_a_place_after_the_alert_goes_to_its_case(chat):
    chat.shares(*BETONG)
    chat.shares(5.8, 101.1)

    assert Report.objects.count() == 1
    assert Position.objects.count() == 2
    assert "PLACE_ADDED" in [line.kind for line in Case.objects.get().events.all()]


def test_a_link_of_a_map_in_the_words_is_read(chat):
    chat.writes("here https://www.google.com/maps?q=5.774,101.0725")

    assert Report.objects.get().positions.get().source == "READ"


def test_after_the_end_words_begin_anew(chat, anong):
    chat.shares(*BETONG)
    casework.close(case=Case.objects.get(), reason=Case.ClosureReason.HELPED, text="", by=anong, now=timezone.now())
    chat.writes("They took her again")

    first, second = Report.objects.order_by("pk")
    assert (second.kind, second.linked_to, second.case) == ("WRITTEN", first, None)
    assert Conversation.objects.get().report == second


@pytest.mark.parametrize("kind", ["image", "audio", "video", "file", "sticker", "hologram"])
def test_what_line_sends_no_words_of_is_noted_and_not_dropped(chat, kind):
    said = chat.does("message", message={"type": kind, "id": "1"})

    assert Report.objects.get().narrative == f"[LINE: {kind}]"
    assert "Pictures and recordings are not taken here" in said


@pytest.mark.parametrize(
    "broken", [("x", "y"), (None, None), (91, 101), (0, 0), (float("nan"), 1), ([], {}), ("9" * 400, 1)], ids=str
)
def test_a_place_that_makes_no_sense_is_kept_in_words(chat, broken):
    chat.does("message", message=place(*broken, title="the pier"))

    report = Report.objects.get()
    assert report.kind == "WRITTEN"
    assert "the pier" in report.narrative
    assert not report.positions.filter(point__isnull=False).exists()


@pytest.mark.parametrize("words", ["\x00", "a" * 5000, "\ud83d", " ", "'; DROP TABLE", "<script>"], ids=ascii)
def test_hostile_words_are_taken(chat, words):
    chat.writes(words)

    assert Report.objects.count() == 1


def test_the_same_event_again_is_one_report(tell, public):
    once = event("message", MALI, message=text("Help"), number="01FZ74A0TDDPYRVKNK77XKC3ZR")

    assert [tell(once), tell(once), tell(once, once)] == [200, 200, 200]

    assert Report.objects.count() == 1
    assert not Message.objects.exists()


def test_what_could_not_be_taken_comes_again_and_is_then_taken(tell, public, monkeypatch):
    once = event("message", MALI, message=text("Help"))
    with monkeypatch.context() as broken:
        broken.setattr("cases.flow.intake.receive", lambda **sent: 1 / 0)
        assert tell(once) == 503
    assert not LineEvent.objects.exists()

    assert tell(once) == 200

    assert Report.objects.get().narrative == "Help"


def test_a_group_is_not_listened_to(chat):
    assert chat.does("message", GROUP, message=text("Help")) == ""

    assert not Report.objects.exists()


def test_an_officer_whose_chat_is_bound_writes_no_report(chat, yala_desk):
    ContactPoint.objects.create(
        agency=yala_desk, transport="LINE", address=MALI["userId"], verified_at=NOW, confirmed_at=NOW
    )

    assert chat.writes("We are on our way") == ""
    assert not Report.objects.exists()


def test_a_mistyped_code_of_an_officer_is_no_report_but_in_an_open_chat_it_is_heard(chat):
    assert "does not work" in chat.writes("1234 5678")
    assert not Report.objects.exists()

    chat.writes("They came from")
    chat.writes("1234 5678")

    assert Message.objects.get().text == "1234 5678"


def test_where_the_public_is_not_listened_to_it_hears_whom_to_call(chat, settings):
    settings.LINE_PUBLIC = False

    assert "call 1300 or 191" in chat.writes("Help")
    assert not Report.objects.exists()


# LINE tells us of some events late, and of an earlier one after a later one.


def ago(**length) -> int:
    return int((timezone.now() - timedelta(**length)).timestamp() * 1000)


def test_a_permission_that_comes_late_undoes_no_later_refusal(chat):
    chat.writes("Help us")
    chat.does("postback", postback={"data": "may-not-write"}, timestamp=ago(minutes=1))

    said = chat.does("postback", postback={"data": "may-write"}, timestamp=ago(minutes=9))

    assert Conversation.objects.get().may_write_at is None
    assert "We do not write to you here first." in said


def test_a_refusal_of_the_same_moment_wins(chat):
    chat.writes("Help us")
    at = ago(minutes=1)
    for data in ("may-write", "may-not-write", "may-write"):
        chat.does("postback", postback={"data": data}, timestamp=at)

    assert Conversation.objects.get().may_write_at is None


def test_a_refusal_that_comes_late_undoes_no_later_permission(chat):
    chat.writes("Help us")
    chat.does("postback", postback={"data": "may-write"}, timestamp=ago(minutes=1))

    chat.does("postback", postback={"data": "may-not-write"}, timestamp=ago(minutes=9))

    assert Conversation.objects.get().may_write_at is not None


def test_an_older_departure_ends_nothing_and_a_later_one_does(chat):
    chat.writes("Help us")
    chat.does("unfollow", timestamp=ago(hours=2))
    assert Conversation.objects.get().left_at is None

    chat.does("unfollow")
    chat.does("follow", timestamp=ago(hours=1))

    assert Conversation.objects.get().left_at is not None


def test_words_that_come_late_stand_at_the_moment_when_they_were_written(chat):
    chat.writes("Help us")
    at = ago(minutes=40)

    chat.writes("He is back", timestamp=at)

    assert Message.objects.get().at.timestamp() == pytest.approx(at / 1000)


@pytest.mark.parametrize("stamp", [None, "1795442520000", -5, 10**15, 0, 1.5, True, {}])
def test_a_moment_that_cannot_be_is_now(chat, stamp):
    chat.writes("Help us")
    before = timezone.now()

    chat.writes("He is back", timestamp=stamp)

    assert before - timedelta(seconds=1) < Message.objects.get().at <= timezone.now()


def test_a_place_that_was_shared_earlier_and_comes_later_moves_nothing(chat):
    chat.shares(*BETONG)
    province = Case.objects.get().province_id

    chat.does("message", message=place(6.87, 101.25), timestamp=ago(minutes=40))

    assert Case.objects.get().province_id == province
    late = Position.objects.latest("pk")
    assert late.captured_at < late.received_at - timedelta(minutes=39)


def test_answers_stay_unread_when_the_press_is_heard_too_late_to_be_answered(chat, anong):
    chat.writes("Help us")
    casework.write_to_reporter(report=Report.objects.get(), text="Noon?", by=anong, now=timezone.now())

    chat.does("postback", postback={"data": "answers"}, timestamp=ago(minutes=5))

    assert "There is an answer for you." in chat.writes("Are you there?")


def test_a_language_that_was_chosen_earlier_changes_nothing(chat):
    chat.writes("Help us")
    chat.does("postback", postback={"data": "language/my"}, timestamp=ago(minutes=1))

    chat.does("postback", postback={"data": "language/vi"}, timestamp=ago(minutes=9))

    assert Conversation.objects.get().language == "my"
