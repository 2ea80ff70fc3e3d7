"""An officer decides what a written report is, once: a case, part of one, or none."""

import pytest

from cases.flow import casework, intake, triage
from cases.flow.intake import Sent
from cases.models import Case, Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(directory, now) -> Report:
    sent = Sent(kind=Report.Kind.WRITTEN, language="th", area="9501", narrative="They may not leave the factory.")
    return intake.receive(sent=sent, now=now)


@pytest.fixture
def triaged(report, anong, now) -> Report:
    triage.open_case(report=report, urgency=Case.Urgency.URGENT, by=anong, now=now)
    return report


def test_the_officer_who_opens_a_case_holds_it_and_nobody_is_asked(report, anong, now):
    case = triage.open_case(report=report, urgency=Case.Urgency.URGENT, by=anong, now=now)

    assert (case.owner, case.held_at, case.next_ring_at) == (anong, now, None)
    assert not case.dispatches.exists()


def test_in_an_emergency_the_first_ring_goes_out(report, yala_desk, anong, now):
    case = triage.open_case(report=report, urgency=Case.Urgency.EMERGENCY, by=anong, now=now)

    assert case.held_at is None
    assert yala_desk in {dispatch.agency for dispatch in case.dispatches.all()}


def test_a_report_that_a_colleague_has_taken_is_not_taken_again(triaged, case, anong, now):
    with pytest.raises(triage.AlreadyTriaged):
        triage.open_case(report=triaged, urgency=Case.Urgency.ROUTINE, by=anong, now=now)
    with pytest.raises(triage.AlreadyTriaged):
        triage.attach(report=triaged, case=case, by=anong, now=now)
    with pytest.raises(triage.AlreadyTriaged):
        triage.dismiss(report=triaged, reason=triage.DismissReason.SPAM, by=anong, now=now)

    triaged.refresh_from_db()
    assert (triaged.case.urgency, triaged.settled_at) == ("URGENT", None)


def test_a_report_joins_a_case_and_its_history_says_so(report, case, anong, now):
    triage.attach(report=report, case=case, by=anong, now=now)

    report.refresh_from_db()
    line = case.events.order_by("sequence").last()
    assert report.case == case
    assert (line.kind, line.facts, line.officer) == ("REPORT_JOINED", {"report": report.reference}, anong)


def test_no_report_joins_a_case_that_is_closed(report, case, anong, now):
    casework.close(case=case, reason=Case.ClosureReason.HELPED, text="", by=anong, now=now)

    with pytest.raises(casework.AlreadyClosed):
        triage.attach(report=report, case=case, by=anong, now=now)

    report.refresh_from_db()
    assert report.case is None


def test_the_row_of_a_dismissed_report_says_who_decided_and_why(report, anong, now):
    triage.dismiss(report=report, reason=triage.DismissReason.NOT_OURS, by=anong, now=now)

    report.refresh_from_db()
    assert (report.settled_at, report.dismissed_by, report.dismissed_reason) == (now, anong, "NOT_OURS")
    assert report.case is None


def test_words_that_nobody_has_opened_are_not_put_away(report, anong, now):
    with pytest.raises(triage.Unread):
        triage.put_away(report=report, reason=triage.PutAwayReason.DUPLICATE, by=anong, now=now)

    report.refresh_from_db()
    assert report.settled_at is None


def test_an_alert_without_words_is_put_away_by_closing_its_case(alert, anong, now):
    triage.put_away(report=alert, reason=triage.PutAwayReason.FALSE_ALARM, by=anong, now=now)

    alert.refresh_from_db()
    assert (alert.case.closed_at, alert.case.closure_reason, alert.settled_at) == (now, "FALSE_ALARM", now)


def test_a_case_that_gathers_other_reports_is_not_put_away(alert, report, case, anong, now):
    triage.attach(report=report, case=case, by=anong, now=now)

    with pytest.raises(triage.Unread):
        triage.put_away(report=alert, reason=triage.PutAwayReason.FALSE_ALARM, by=anong, now=now)

    assert Case.objects.get(pk=case.pk).closed_at is None
