"""Words that come after the report."""

import pytest

from agencies.models import Notification
from cases.flow import casework, intake
from cases.models import Case, CaseEvent, Report
from tests.conftest import BETONG, make_alert

pytestmark = pytest.mark.django_db

NEAREST_HELP, SOCIAL_WORKERS = Report.MayTell.NEAREST_HELP, Report.MayTell.SOCIAL_WORKERS


def test_words_that_come_later_stand_beside_the_report(directory, now):
    report = make_alert(now=now)

    intake.add_words(report=report, text="ประตูสีเขียว", now=now)

    assert report.messages.get().text == "ประตูสีเขียว"
    assert Report.objects.get().narrative == ""
    assert Case.objects.get().events.last().kind == "MESSAGE_ADDED"


def test_another_message_from_the_same_page_is_kept_and_the_same_one_again_is_not(directory, now):
    report = make_alert(now=now)

    for text in ("ประตูสีเขียว", "เขากลับมาแล้ว", "ประตูสีเขียว"):
        intake.add_words(report=report, text=text, submission="page", now=now)

    assert [message.text for message in report.messages.order_by("pk")] == ["ประตูสีเขียว", "เขากลับมาแล้ว"]


def test_no_name_or_place_stands_in_the_history(directory, now):
    report = make_alert(now=now, narrative="Malee in the green house", contact="081")

    told = str([event.facts for event in CaseEvent.objects.all()])

    assert report.narrative not in told
    assert str(BETONG.x) not in told


def test_words_to_a_closed_case_are_brought_before_the_desk(directory, anong, now):
    report = make_alert(now=now)
    casework.close(case=report.case, reason="HELPED", text="", by=anong, now=now)

    intake.add_words(report=Report.objects.get(), text="He is back", now=now)

    [told] = Notification.objects.filter(dedupe_key__startswith="message/")
    assert told.contact_point.agency.name_en == "Yala Desk"
    assert "He is back" not in told.subject + told.body
