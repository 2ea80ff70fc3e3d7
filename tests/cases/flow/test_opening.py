"""A case is opened, and its first ring goes out unless an officer holds it."""

import pytest
from django.db import transaction

from cases.flow import intake, opening
from cases.flow.intake import Fix, Sent
from cases.models import Case, Report
from cases.privacy.actor import Actor
from tests.conftest import BETONG

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(directory, now) -> Report:
    """Written near Betong, and waiting for triage; the nearest help may be told."""
    fix = Fix(BETONG.x, BETONG.y)
    may_tell = Report.MayTell.NEAREST_HELP
    sent = Sent(kind=Report.Kind.WRITTEN, language="th", narrative="Help", fix=fix, may_tell=may_tell)
    return intake.receive(sent=sent, now=now)


@transaction.atomic
def open_case(report, officer, now, **fields) -> Case:
    return opening.open_case(report=report, urgency=Case.Urgency.URGENT, by=Actor.of(officer), now=now, **fields)


def test_the_case_has_the_reports_place_and_bound_and_the_first_ring_is_asked(report, anong, now):
    case = open_case(report, anong, now)

    assert (case.reference, case.province_id, case.district_id) == (report.reference, "95", report.district_id)
    assert (case.may_tell, case.ring) == ("NEAREST_HELP", 1)
    assert {dispatch.agency.name_en for dispatch in case.dispatches.all()} == {
        "Yala Desk",
        "Betong Police",
        "Betong Hospital",
    }
    assert report.case == case


def test_a_case_that_an_officer_holds_asks_nobody(report, anong, now):
    case = open_case(report, anong, now, held=True)

    assert (case.owner, case.held_at, case.first_read_at, case.next_ring_at) == (anong, now, now, None)
    assert not case.dispatches.exists()


def test_the_history_begins_with_the_opening(report, anong, now):
    case = open_case(report, anong, now, held=True)

    [line] = case.events.all()
    assert (line.kind, line.officer) == ("OPENED", anong)
    assert line.facts == {"report": report.reference, "urgency": "URGENT", "may_tell": "NEAREST_HELP"}
