"""An officer answers in LINE, as far as the person lets us."""

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import tasks as case_tasks
from cases.flow import casework, returning, triage, wishes
from cases.flow.wishes import Reaching, Statement
from cases.models import Case, ContactRule, Conversation, Report
from cases.privacy import safe_contact
from cases.reads import case_file
from tests.cases.flow.conversing.conftest import BETONG, MALI
from tests.providers.line import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(chat, anong):
    """Return a function in which Mali writes and may allow an answer, and Anong then answers."""

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


# And what the desk reads meanwhile.
NOT_NOW = {
    "forbidden again": "did not let us write there first. They learn of your answer when they write again.",
    "withdrawn": "but asked us later to stop.",
    "contact taken away": "but took their contact details away later.",
    "blocked": "have blocked our LINE account",
    "on the page": "but said later: They did not allow it.",
    "another way": "but said later: Do not write on LINE.",
    "not now": "but said later: Not at this time. Safe again:",
    "by telephone": "but said later: They did not allow it.",
}


@pytest.mark.parametrize("how", NOT_NOW)
def test_after_a_no_nothing_is_pushed_and_the_desk_reads_so(chat, line, client, anong, how):
    chat.shares(*BETONG)
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
            wishes.say_how_to_reach(report=report, safe_contact=never, reaching=Reaching(), now=timezone.now())
        case "another way":
            call, any_time = Reaching(ways=["CALL"]), Report.SafeContact.ANY_TIME
            wishes.say_how_to_reach(report=report, safe_contact=any_time, reaching=call, now=timezone.now())
        case "by telephone":
            told = Statement(ContactRule.Heard.PHONE, Report.SafeContact.DO_NOT_CONTACT)
            wishes.write_down(report=report, told=told, language="th", by=anong, now=timezone.now())
        case "not now":
            hour = timezone.localtime().hour
            later = Reaching(from_time=time((hour + 3) % 24), until_time=time((hour + 4) % 24))
            any_time = Report.SafeContact.ANY_TIME
            wishes.say_how_to_reach(report=report, safe_contact=any_time, reaching=later, now=timezone.now())
    casework.write_to_reporter(report=report, text="Can you leave?", by=anong, now=timezone.now())

    case_tasks.tell_of_answers()

    assert line.pushed == {}
    words = words_at_the_desk(client, anong, report)
    assert NOT_NOW[how] in words
    assert "They are told only that there is an answer" not in words


@pytest.mark.parametrize("last", ["said so on the page", "let us write in the chat"])
def test_the_newest_word_lets_us_write_and_the_desk_reads_so(chat, line, client, anong, last):
    chat.shares(*BETONG)
    chat.presses("You may write to me")
    report = Report.objects.get()
    never, any_time = Report.SafeContact.DO_NOT_CONTACT, Report.SafeContact.ANY_TIME
    wishes.say_how_to_reach(report=report, safe_contact=never, reaching=Reaching(), now=timezone.now())
    if last == "said so on the page":
        wishes.say_how_to_reach(
            report=report, safe_contact=any_time, reaching=Reaching(ways=["LINE"]), now=timezone.now()
        )
    else:
        chat.does("postback", postback={"data": "may-write"})
    casework.write_to_reporter(report=report, text="Can you leave?", by=anong, now=timezone.now())

    assert "They are told only that there is an answer" in words_at_the_desk(client, anong, report)
    case_tasks.tell_of_answers()
    assert len(line.pushed) == 1


def words_at_the_desk(client, officer, report):
    client.force_login(officer)
    return " ".join(client.get(f"/desk/reports/{report.reference}/", follow=True).content.decode().split())


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


def test_the_questions_of_a_case_do_not_grow_with_its_chats(chat, client, anong, django_assert_num_queries):
    for number in range(4):
        chat.does("message", {**MALI, "userId": f"U{number:032}"}, message=text("Help us"))
    now = timezone.now()
    Conversation.objects.update(may_write_at=now)
    first, *others = Report.objects.order_by("pk")
    for report in others:
        wishes.say_how_to_reach(
            report=report,
            safe_contact=Report.SafeContact.ANY_TIME,
            reaching=Reaching(ways=["LINE"]),
            now=timezone.now(),
        )
    case = triage.open_case(report=first, urgency=Case.Urgency.URGENT, by=anong, now=now)

    def asked_for(*, chats):
        file = case_file.files_of(list(Report.objects.filter(case=case)))
        assert len(file) == chats
        return [safe_contact.may_write_first(each.chat, now=now).is_allowed for each in file]

    with CaptureQueriesContext(connection) as of_one:
        assert asked_for(chats=1) == [True]
    for report in others:
        triage.attach(report=report, case=case, by=anong, now=now)
    with django_assert_num_queries(len(of_one)):
        assert asked_for(chats=4) == [True] * 4
