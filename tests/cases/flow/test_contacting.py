"""An officer contacts the reporter: refused when it is not safe, and recorded in codes when it was done."""

from datetime import timedelta

import pytest

from cases.flow import contacting, erasing, intake, returning, wishes
from cases.flow.intake import Sent
from cases.flow.wishes import Reaching
from cases.models import CaseEvent, ContactOverride, ContactRule, Report
from cases.privacy import history
from tests.conftest import make_alert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


CALL, THEM = ContactRule.Way.CALL, ContactRule.Reached.THEM


def contacted(report, officer, now, way=CALL):
    contacting.contacted(report=report, way=way, reached=THEM, is_code_word_said=True, by=officer, now=now)


def last_line(report) -> CaseEvent:
    return report.case.events.order_by("sequence").last()


def test_it_is_a_line_without_words(directory, anong, now):
    reaching = Reaching(code_word="mangosteen")
    report = make_alert(safe_contact=Report.SafeContact.ANY_TIME, contact="081 234 5678", reaching=reaching)

    contacted(report, anong, now)

    line = last_line(report)
    assert (line.kind, line.officer, line.facts["way"], line.facts["reached"]) == ("CONTACTED", anong, "CALL", "THEM")
    assert line.facts["code_word"] is True
    assert "mangosteen" not in str(line.facts)
    assert history.first_broken_line(report.case) is None


def test_it_is_refused_when_the_person_said_no(directory, anong, now):
    report = make_alert(contact="081 234 5678")

    with pytest.raises(contacting.NotSafe) as refusal:
        contacted(report, anong, now)

    assert "They did not allow it" in refusal.value.verdict.reason
    assert not report.case.events.filter(kind="CONTACTED").exists()


def test_it_is_refused_outside_the_time_and_the_next_one_is_said(directory, anong, now):
    reaching = Reaching(parts=["MORNING"])  # it is 21:02
    report = make_alert(safe_contact=Report.SafeContact.AS_WRITTEN, reaching=reaching)

    with pytest.raises(contacting.NotSafe) as refusal:
        contacted(report, anong, now)

    assert refusal.value.verdict.next_at == now + timedelta(hours=8, minutes=58)


def test_a_report_that_waits_for_triage_has_nothing_to_write_it_into(directory, anong, now):
    sent = Sent(
        kind=Report.Kind.WRITTEN, language="th", area="95", safe_contact=Report.SafeContact.ANY_TIME, narrative="x"
    )

    with pytest.raises(contacting.NoCase):
        contacted(intake.receive(sent=sent, now=now), anong, now)


def test_an_override_is_recorded_with_a_commitment_and_allows_the_call(directory, anong, somchai, now):
    report = make_alert(contact="081 234 5678")

    override = contacting.open_contact(report=report, reason="A child is locked in", by=anong, now=now)
    assert last_line(report).kind == "CONTACT_OPENED"
    assert "locked in" not in str(last_line(report).facts)
    contacted(report, anong, now)
    assert last_line(report).facts["override"] is True
    for _ in range(2):
        contacting.review_opening(override=override, by=somchai, now=now)

    assert ContactOverride.objects.get().reviewed_by == somchai
    assert report.case.events.filter(kind="CONTACT_REVIEWED").count() == 1
    assert history.first_broken_line(report.case) is None


def test_what_was_taken_away_is_destroyed_after_seven_days_in_the_later_words_too(directory, now):
    report = make_alert(contact="081 234 5678", safe_contact=Report.SafeContact.ANY_TIME)
    reaching = Reaching(code_word="mangosteen", answers_name="Aunt Noi")
    any_time = Report.SafeContact.ANY_TIME
    wishes.say_how_to_reach(report=report, safe_contact=any_time, reaching=reaching, contact="pim2", now=now)
    returning.hide_contact(report=report, now=now)

    erasing.erase_due(now=now + timedelta(days=7))

    rule = ContactRule.objects.get()
    assert (rule.contact, rule.code_word, rule.answers_name) == (erasing.ERASED,) * 3
