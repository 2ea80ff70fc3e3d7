"""What an agency answers, and what follows from it."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point

from cases.flow import dispatching
from cases.flow.dispatching import NoLongerAsked
from cases.models import Case, Dispatch, Report
from cases.privacy import history
from cases.privacy.actor import Actor
from tests.conftest import make_agency, make_alert

pytestmark = pytest.mark.django_db


def asked(case: Case, name: str) -> Dispatch:
    return case.dispatches.get(agency__name_en=name)


def take(dispatch: Dispatch, now, **fields) -> Dispatch:
    answer = {"name": "Sgt. Pim", "arrival_minutes": 12, **fields}
    return dispatching.acknowledge(dispatch=dispatch, by=Actor.link_holder(dispatch), now=now, **answer)


def test_an_acknowledgement_by_a_responder_holds_the_case(case, now):
    take(asked(case, "Betong Police"), now)

    case.refresh_from_db()
    assert case.state == "held"
    assert case.next_ring_at is None
    assert [event.kind for event in case.events.all()][-2:] == ["ACKNOWLEDGED", "HELD"]


def test_the_desk_is_not_a_responder_but_its_answer_gives_it_time(case, now):
    late = now + timedelta(minutes=4)

    take(asked(case, "Yala Desk"), late)

    case.refresh_from_db()
    assert case.state == "waiting"
    assert case.next_ring_at == late + timedelta(minutes=3)


def test_an_early_answer_of_the_desk_does_not_shorten_the_ring(case, now):
    take(asked(case, "Yala Desk"), now)

    case.refresh_from_db()
    assert case.next_ring_at == now + timedelta(minutes=5)


def test_social_workers_only_is_held_by_the_desk(directory, now):
    case = make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS).case

    take(asked(case, "Yala Desk"), now)

    case.refresh_from_db()
    assert case.state == "held"


def test_a_second_click_is_not_an_error_and_changes_nothing(case, now):
    first = take(asked(case, "Betong Police"), now)
    lines = case.events.count()

    second = take(first, now + timedelta(minutes=1), name="Somebody Else")

    assert second.acknowledged_by_name == "Sgt. Pim"
    assert case.events.count() == lines


def test_an_acknowledgement_of_a_red_case_puts_the_light_out(case, now):
    dispatching.escalate_overdue(now=now + timedelta(minutes=5))

    take(asked(case, "Betong Hospital"), now + timedelta(minutes=20))

    case.refresh_from_db()
    assert case.red_since is None
    assert case.state == "held"


def test_declining_asks_the_next_nearest_at_once(case, areas, now):
    make_agency("NGO", "Helper", "RESPOND", at=Point(101.2, 6.03, srid=4326), province=areas["95"])
    busy = asked(case, "Betong Police")

    dispatching.decline(dispatch=busy, reason="BUSY", by=Actor.link_holder(busy), now=now)

    assert asked(case, "Helper").why == "NEAREST"
    assert asked(case, "Helper").asked_at == now


def test_when_the_desk_declines_the_national_desk_is_asked(case, now):
    desk = asked(case, "Yala Desk")

    dispatching.decline(dispatch=desk, reason="CLOSED", by=Actor.link_holder(desk), now=now)

    assert asked(case, "National Desk").why == "NATIONAL_DESK"


def test_when_the_custodian_of_a_sealed_case_declines_nobody_else_hears_of_it(directory, now):
    case = make_alert(now=now, officials_involved=True).case
    custodian = asked(case, "Custodian")

    dispatching.decline(dispatch=custodian, reason="BUSY", by=Actor.link_holder(custodian), now=now)

    assert [dispatch.agency.name_en for dispatch in case.dispatches.all()] == ["Custodian"]
    assert case.events.filter(kind="NOBODY_TO_ASK").exists()


def test_a_dispatch_without_a_next_agency_is_an_event_and_the_ring_goes_on_when_all_declined(case, now):
    for name in ("Betong Police", "Betong Hospital", "Yala Desk"):
        dispatch = asked(case, name)
        dispatching.decline(dispatch=dispatch, reason="BUSY", by=Actor.link_holder(dispatch), now=now)

    national = asked(case, "National Desk")
    dispatching.decline(dispatch=national, reason="CLOSED", by=Actor.link_holder(national), now=now)

    case.refresh_from_db()
    assert case.events.filter(kind="NOBODY_TO_ASK").count() == 3
    assert case.next_ring_at == now
    dispatching.escalate_overdue(now=now)
    case.refresh_from_db()
    assert case.state == "red"


def test_who_acknowledged_and_then_cannot_lets_go_of_the_case(case, now):
    police = take(asked(case, "Betong Police"), now)

    dispatching.decline(dispatch=police, reason="UNSAFE", by=Actor.link_holder(police), now=now)

    case.refresh_from_db()
    assert case.held_at is None
    assert case.next_ring_at == now + timedelta(minutes=3)
    assert "NO_LONGER_HELD" in [event.kind for event in case.events.all()]


def test_another_responder_still_holds_what_one_lets_go(case, now):
    police = take(asked(case, "Betong Police"), now)
    take(asked(case, "Betong Hospital"), now)

    dispatching.decline(dispatch=police, reason="BUSY", by=Actor.link_holder(police), now=now)

    case.refresh_from_db()
    assert case.state == "held"


def test_an_agency_that_declines_takes_no_case_out_of_an_officers_hands(case, yala_shelter, anong, now):
    case.dispatches.update(ended_at=now)
    Case.objects.filter(pk=case.pk).update(held_at=now, next_ring_at=None, owner=anong)
    [shelter] = dispatching.dispatch_to(
        case=case, agencies=[yala_shelter], by=Actor.of(anong), now=now, purpose=Dispatch.Purpose.RESPOND
    )

    dispatching.decline(dispatch=shelter, reason="BUSY", by=Actor.link_holder(shelter), now=now)

    case.refresh_from_db()
    assert (case.state, case.next_ring_at) == ("held", None)
    assert "NO_LONGER_HELD" not in [event.kind for event in case.events.all()]


def test_a_declined_dispatch_can_no_longer_be_acknowledged(case, now):
    police = asked(case, "Betong Police")
    dispatching.decline(dispatch=police, reason="BUSY", by=Actor.link_holder(police), now=now)

    with pytest.raises(NoLongerAsked):
        take(police, now)


def test_arrival_and_outcome_are_recorded_and_close_nothing(case, now):
    police = take(asked(case, "Betong Police"), now)
    by = Actor.link_holder(police)

    dispatching.arrive(dispatch=police, by=by, now=now + timedelta(minutes=12))
    dispatching.give_outcome(dispatch=police, outcome="NOT_FOUND", by=by, now=now + timedelta(minutes=40))

    police.refresh_from_db()
    case.refresh_from_db()
    assert (police.state, police.outcome, case.closed_at) == ("arrived", "NOT_FOUND", None)


def test_the_history_shows_when_a_line_was_changed(case, now):
    take(asked(case, "Betong Police"), now)
    assert history.first_broken_line(case) is None

    second = case.events.get(sequence=2)
    case.events.filter(sequence=2).update(facts={"why": "CHOSEN"})

    assert history.first_broken_line(case) == second
