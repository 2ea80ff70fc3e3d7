"""A written report is read, and once opened, joined or dismissed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.flow import casework, triage
from cases.models import AccessEvent, Case
from tests.cases.pages.conftest import words_of

pytestmark = pytest.mark.django_db


def post(client, name, report, **said):
    response = client.post(reverse(name, args=[report.reference]), said, follow=True)
    report.refresh_from_db()
    return response


def test_reading_a_report_leaves_a_trace(desk, report, anong):
    words = words_of(desk.get(reverse("desk-report", args=[report.reference])))

    event = AccessEvent.objects.get()
    assert (event.officer, event.report, event.what, event.is_refused) == (anong, report, "REPORT", False)
    assert "They may not leave the factory." in words


def test_a_report_in_a_case_is_read_there(desk, case):
    answer = desk.get(reverse("desk-report", args=[case.reference]))

    assert answer["Location"] == reverse("desk-case", args=[case.reference])
    assert not AccessEvent.objects.exists()


def test_a_case_is_opened_and_is_in_the_officers_hands(desk, report, anong):
    post(desk, "desk-report-open", report, urgency="URGENT")

    assert report.case.owner == anong
    assert report.case.state == "held"
    assert not report.case.dispatches.exists()


def test_danger_now_asks_the_first_ring(desk, report, yala_desk):
    post(desk, "desk-report-open", report, urgency="EMERGENCY")

    assert report.case.state == "waiting"
    assert report.case.dispatches.filter(agency=yala_desk).exists()


@pytest.mark.parametrize("urgency", ["", "PANIC"])
def test_a_case_is_not_opened_without_an_urgency(desk, report, urgency):
    response = post(desk, "desk-report-open", report, urgency=urgency)

    assert report.case is None
    assert response.context["open_form"].errors


def test_opening_it_twice_is_not_an_error(desk, report):
    post(desk, "desk-report-open", report, urgency="URGENT")

    response = post(desk, "desk-report-open", report, urgency="EMERGENCY")

    assert response.redirect_chain[-1][0] == reverse("desk-case", args=[report.reference])
    assert "A colleague has already taken this report." in words_of(response)
    assert Case.objects.get().urgency == "URGENT"


def test_a_report_joins_an_open_case_of_the_same_province(desk, report, case):
    page = words_of(desk.get(reverse("desk-report", args=[report.reference])))
    assert f'value="{case.reference}"' in page

    post(desk, "desk-report-attach", report, case=case.reference)

    assert report.case == case


def test_a_report_cannot_join_a_closed_case(desk, report, case, anong):
    casework.close(case=case, reason=Case.ClosureReason.HELPED, text="", by=anong, now=timezone.now())

    response = post(desk, "desk-report-attach", report, case=case.reference)

    assert report.case is None
    assert response.context["attach_form"].errors


def test_a_report_is_dismissed_with_a_reason(desk, report):
    response = post(desk, "desk-report-dismiss", report, reason="SPAM")

    assert report.dismissed_reason == "SPAM"
    assert report.reference + " is dismissed." in words_of(response)


def test_a_dismissed_report_says_why_and_offers_nothing_more(desk, report, anong):
    triage.dismiss(report=report, reason=triage.DismissReason.SPAM, by=anong, now=timezone.now())

    words = words_of(desk.get(reverse("desk-report", args=[report.reference])))

    assert "empty or meaningless" in words
    assert "Open a case" not in words


@pytest.mark.parametrize(
    ("name", "said"),
    [("desk-report-open", {"urgency": "URGENT"}), ("desk-report-dismiss", {"reason": "NOT_OURS"})],
)
def test_a_dismissed_report_stays_dismissed(desk, report, anong, name, said):
    triage.dismiss(report=report, reason=triage.DismissReason.SPAM, by=anong, now=timezone.now())

    response = post(desk, name, report, **said)

    assert "A colleague has already taken this report." in words_of(response)
    assert (report.case, report.dismissed_reason) == (None, "SPAM")


def test_an_error_shows_the_report_again_and_that_is_a_reading_too(desk, report):
    post(desk, "desk-report-dismiss", report, reason="")

    assert AccessEvent.objects.filter(report=report, is_refused=False).count() == 1
