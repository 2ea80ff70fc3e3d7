"""Somebody writes to our account in LINE, with nobody else in the chat."""

from datetime import time, timedelta

import pytest
from django.conf import settings as ours
from django.utils import timezone, translation

from agencies import tasks
from agencies.models import ContactPoint, LineEvent, LineReply
from cases import tasks as case_tasks
from cases.flow import casework, erasing, returning
from cases.flow.conversing import saying
from cases.flow.intake import Reaching
from cases.models import Case, Conversation, Message, Position, Report
from cases.pages.public.line import language_of
from tests.agencies.webhooks.conftest import line, post, started, tell
from tests.conftest import NOW
from tests.providers.line import event, place, text

__all__ = ["line", "post", "started", "tell"]
pytestmark = pytest.mark.django_db

MALI = {"type": "user", "userId": "U" + "a" * 32}
GROUP = {"type": "group", "groupId": "C" + "2" * 32, "userId": MALI["userId"]}
BETONG = (5.774, 101.0725)


@pytest.fixture
def public(settings, directory):
    settings.LINE_PUBLIC = True


@pytest.fixture
def chat(line, tell, public):
    """Mali's phone: what she does, and what is then said to her. The last answer and its buttons."""

    class Chat:
        said, buttons = "", {}

        def __init__(self):
            self.count = 0

        def does(self, kind, source=MALI, **fields):
            self.count += 1
            token = f"r{self.count}"
            assert tell(event(kind, source, replyToken=token, **fields)) == 200
            tasks.deliver(transport="LINE")
            self.said, self.buttons = line.replied.get(token, ""), line.offered.get(token, {})
            return self.said

        def writes(self, words, **fields):
            return self.does("message", message=text(words), **fields)

        def shares(self, latitude, longitude, **fields):
            return self.does("message", message=place(latitude, longitude, **fields))

        def presses(self, label):
            return self.does("postback", postback={"data": self.buttons[label]})

    return Chat()


# ---- What comes ---------------------------------------------------------------------------------------------


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


# ---- Whom we do not listen to -------------------------------------------------------------------------------


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


# ---- What is said -------------------------------------------------------------------------------------------


def test_who_adds_us_hears_in_every_language_what_line_keeps_and_nobody_is_noted_down(chat):
    said = chat.does("follow")

    for code, name in ours.LANGUAGES:
        with translation.override(code):
            assert translation.gettext(saying.KEPT) in said
        assert chat.buttons[name] == f"language/{code}"
    assert not Conversation.objects.exists()

    assert "LINE ເກັບແຊັດນີ້ໄວ້" in chat.presses(dict(ours.LANGUAGES)["lo"])


def test_what_was_written_is_never_said_again(chat):
    said = [chat.writes("My name is Sokha"), chat.shares(*BETONG, title="Sokha's room"), chat.writes("Sokha")]

    assert not any("Sokha" in each or "5.77" in each for each in said)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("ช่วยด้วย", "th"),
        ("ကူညီပါ", "my"),
        ("ជួយខ្ញុំផង", "km"),
        ("ຊ່ວຍແດ່", "lo"),
        ("救救我们", "zh-hans"),
        ("Cứu tôi với, tôi bị nhốt ở đây", "vi"),
        ("Help 5.774", ""),
        ("Tolong saya", ""),
        ("12345", ""),
        ("", ""),
    ],
)
def test_the_script_tells_the_language(words, language):
    assert language_of(words) == language


@pytest.mark.parametrize("language", [code for code, _ in ours.LANGUAGES])
def test_every_label_fits_its_button(language):
    labels = (saying.SEND_PLACE, saying.ASK_HELP, saying.LET_WRITE, saying.FORBID_WRITE, saying.READ_ANSWER)

    with translation.override(language):
        said = [translation.gettext(label) for label in labels]

    assert all(1 <= len(label) <= 20 for label in said)


# ---- A human answers ----------------------------------------------------------------------------------------


@pytest.fixture
def answered(chat, anong):
    """Mali wrote, and let us write or not; then Anong answered."""

    def answered(*, allowed):
        chat.writes("Help us")
        if allowed:
            chat.presses("You may write to me")
        casework.write_to_reporter(
            report=Report.objects.get(), text="Can you leave at noon?", by=anong, now=timezone.now()
        )
        case_tasks.tell_of_answers()

    return answered


def test_nothing_is_pushed_to_who_did_not_allow_it_and_the_answer_waits(chat, answered, line):
    answered(allowed=False)
    assert line.pushed == {}

    assert "There is an answer for you." in chat.writes("Are you there?")
    assert "noon" not in chat.said
    assert chat.presses("Read the answer") == "Can you leave at noon?"
    assert "There is an answer" not in chat.writes("Yes")


def test_who_allowed_it_is_told_once_that_there_is_an_answer_and_no_more(chat, answered, line):
    answered(allowed=True)
    case_tasks.tell_of_answers()

    [pushed] = line.pushed.values()
    assert pushed["to"] == MALI["userId"]
    assert "There is an answer for you." in pushed["messages"][0]["text"]
    assert "noon" not in str(pushed)
    [item] = pushed["messages"][0]["quickReply"]["items"]
    assert chat.does("postback", postback={"data": item["action"]["data"]}) == "Can you leave at noon?"


@pytest.mark.parametrize(
    "how", ["forbidden again", "withdrawn", "contact taken away", "blocked", "on the page", "not now"]
)
def test_after_a_no_nothing_is_pushed(chat, line, anong, how):
    chat.writes("Help us")
    chat.presses("You may write to me")
    report = Report.objects.get()
    match how:
        case "forbidden again":
            chat.presses("Do not write to me")
        case "withdrawn":
            returning.withdraw(report=report, now=timezone.now())
        case "contact taken away":
            returning.hide_contact(report=report, now=timezone.now())
        case "blocked":
            chat.does("unfollow")
        case "on the page":
            never = Report.SafeContact.DO_NOT_CONTACT
            returning.say_how_to_reach(report=report, safe_contact=never, reaching=Reaching(), now=timezone.now())
        case "not now":
            hour = timezone.localtime().hour
            later = Reaching(from_time=time((hour + 3) % 24), until_time=time((hour + 4) % 24))
            any_time = Report.SafeContact.ANY_TIME
            returning.say_how_to_reach(report=report, safe_contact=any_time, reaching=later, now=timezone.now())
    casework.write_to_reporter(report=report, text="Can you leave?", by=anong, now=timezone.now())

    case_tasks.tell_of_answers()

    assert line.pushed == {}


def test_a_word_that_line_does_not_take_is_tried_again(answered, line):
    line.refuses_pushes = True
    answered(allowed=True)
    line.refuses_pushes = False
    tried = Conversation.objects.get()
    assert tried.tries == 1
    assert tried.try_at > timezone.now()

    Conversation.objects.update(try_at=timezone.now())
    case_tasks.tell_of_answers()

    assert len(line.pushed) == 1
    assert Conversation.objects.get().tries == 0


def test_an_answer_to_an_earlier_report_of_the_chat_is_found(chat, line, anong):
    chat.writes("Help us")
    chat.shares(*BETONG)
    chat.presses("Help and police now")
    chat.does("postback", postback={"data": "may-write"})
    _, placed, _ = Report.objects.order_by("pk")
    casework.write_to_reporter(report=placed, text="Can you leave at noon?", by=anong, now=timezone.now())

    case_tasks.tell_of_answers()

    assert len(line.pushed) == 1
    assert chat.does("postback", postback={"data": "answers"}) == "Can you leave at noon?"


def test_who_is_gone_from_line_is_not_tried_again(answered, line):
    line.strangers.add(MALI["userId"])
    answered(allowed=True)

    assert Conversation.objects.get().left_at is not None


def test_the_desk_sees_how_far_it_may_go(chat, client, anong):
    client.force_login(anong)
    chat.shares(*BETONG)
    address = f"/desk/cases/{Case.objects.get().reference}/"

    assert "did not let us write there first" in client.get(address).content.decode()

    chat.presses("You may write to me")
    assert "let us write there first. They are told only" in client.get(address).content.decode()

    chat.does("unfollow")
    assert "have blocked our LINE account" in client.get(address).content.decode()


# ---- What is kept -------------------------------------------------------------------------------------------


def test_whose_chat_it_is_is_encrypted_and_goes_with_its_index(chat, anong):
    chat.shares(*BETONG)
    stored = Conversation.objects.raw("SELECT id, line_id AS key, line_index FROM cases_conversation")
    assert MALI["userId"] not in str(stored[0].__dict__)
    casework.close(case=Case.objects.get(), reason=Case.ClosureReason.HELPED, text="", by=anong, now=timezone.now())

    erasing.erase_due(now=timezone.now() + timedelta(days=31))

    chat_left = Conversation.objects.get()
    assert (chat_left.line_id, chat_left.line_index) == (erasing.ERASED, "")


def test_an_answer_is_gone_when_it_was_said(chat):
    chat.writes("Help")

    assert not LineReply.objects.exists()
