"""A ring asks agencies where somebody is there first, and never fewer; the reason says what was known."""

from datetime import timedelta

import pytest

from agencies.models import Agency, Duty, Week
from cases.flow import dispatching
from cases.models import Case, Dispatch, RingPolicy
from cases.privacy.actor import Actor
from cases.reads import timeline
from cases.rings.offering import candidates
from tests.conftest import NOW, make_alert

pytestmark = pytest.mark.django_db


def close(*agencies: Agency) -> None:
    Agency.objects.filter(pk__in=[agency.pk for agency in agencies]).update(hours=Week())


def asked(case: Case) -> dict[str, str]:
    """Who was asked, and what was known of them."""
    return {dispatch.agency.name_en: dispatch.presence for dispatch in case.dispatches.order_by("pk")}


@pytest.fixture
def one_responder(areas) -> None:
    """The first ring asks one agency besides the desk, and the second and last one another."""
    near = {"radius_m": 15_000, "how_many": 1, "minutes": 5}
    RingPolicy.objects.create(ring=1, tells=["DESK", "NEAREST"], **near)
    RingPolicy.objects.create(ring=2, tells=["NEAREST", "NATIONAL_DESK"], **near)


def test_who_is_open_is_asked_before_a_nearer_one_that_is_closed(directory, one_responder, betong_police):
    close(betong_police)

    assert list(asked(make_alert().case)) == ["Yala Desk", "Betong Hospital"]


def test_closed_ones_fill_the_ring_and_the_reason_says_so(directory, betong_police, betong_hospital):
    close(betong_police, betong_hospital)

    case = make_alert().case

    assert asked(case) == {"Yala Desk": "", "Betong Police": "CLOSED", "Betong Hospital": "CLOSED"}
    facts = {event.dispatch.agency.name_en: event.facts for event in case.events.filter(kind="ASKED")}
    assert facts["Betong Police"]["presence"] == "CLOSED"
    assert "presence" not in facts["Yala Desk"]
    [line] = [line for line in timeline.lines(case) if line.agency == "Betong Police"]
    assert str(Dispatch(presence="CLOSED").get_presence_display()) in line.details


def test_somebody_on_duty_at_the_desk_is_part_of_its_reason(directory, anong):
    span = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=1)}
    Duty.objects.create(agency=anong.agency, officer=anong, planned_by=anong, **span)

    assert asked(make_alert().case)["Yala Desk"] == "ON_DUTY"


def test_a_desk_is_told_whatever_its_hours_are(directory, yala_desk):
    close(yala_desk)

    assert asked(make_alert().case)["Yala Desk"] == "CLOSED"


def test_the_last_ring_ignores_hours(directory, one_responder, betong_police, betong_hospital, yala_shelter):
    Agency.objects.filter(pk=yala_shelter.pk).update(capabilities=["RESPOND"])
    close(betong_hospital)
    case = make_alert().case
    assert list(asked(case)) == ["Yala Desk", "Betong Police"]

    dispatching.escalate_overdue(now=NOW + timedelta(minutes=5))

    # The shelter is open and farther away.
    assert asked(case)["Betong Hospital"] == "CLOSED"
    assert "Yala Shelter" not in asked(case)


def test_the_next_one_after_a_decline_is_one_who_is_there(directory, one_responder, betong_police, betong_hospital):
    Agency.objects.filter(name_en="Yala Shelter").update(capabilities=["RESPOND"])
    close(betong_hospital)
    case = make_alert().case
    declined = case.dispatches.get(agency=betong_police)

    dispatching.decline(
        dispatch=declined, reason=Dispatch.DeclineReason.BUSY, by=Actor.link_holder(declined), now=NOW
    )

    assert "Yala Shelter" in asked(case)
    assert "Betong Hospital" not in asked(case)


def test_an_officer_may_choose_a_closed_one_and_sees_that_it_is(directory, one_responder, betong_hospital, anong):
    close(betong_hospital)
    case = make_alert().case

    offered = candidates(case, now=NOW)
    dispatching.dispatch_to(
        case=case, agencies=[betong_hospital], by=Actor.of(anong), now=NOW, purpose=Dispatch.Purpose.RESPOND
    )

    assert offered[0].agency == betong_hospital
    assert offered[0].presence == "CLOSED"
    assert asked(case)["Betong Hospital"] == "CLOSED"
