"""A case is held, or its next ring goes out, within what the person allowed."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import DatabaseError

from agencies.models import Agency, Capability, Notification
from cases.flow import dispatching, intake
from cases.flow.intake import Fix
from cases.models import Case, CaseEvent, Report, RingPolicy
from cases.privacy.actor import Actor
from tests.conftest import make_agency, make_alert

pytestmark = pytest.mark.django_db

FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def ngo(areas) -> Agency:
    """A helper 30 km away: in the second ring, not in the first."""
    return make_agency("NGO", "Helper", Capability.RESPOND, at=Point(101.20, 6.03, srid=4326), province=areas["95"])


def names(case: Case) -> list[str]:
    return [d.agency.name_en for d in case.dispatches.order_by("pk")]


def rings_run_out(case: Case, *, times: int) -> Case:
    for _ in range(times):
        case.refresh_from_db()
        assert case.next_ring_at is not None
        dispatching.escalate_overdue(now=case.next_ring_at)
    case.refresh_from_db()
    return case


def test_a_silent_first_ring_moves_to_the_next(case, ngo, now):
    dispatching.escalate_overdue(now=now + FIVE_MINUTES)

    case.refresh_from_db()
    assert case.ring == 2
    assert names(case)[-1] == "Helper"
    assert case.dispatches.get(agency=ngo).why == "NEAREST"


def test_nothing_moves_before_the_time_has_run_out(case, ngo, now):
    dispatching.escalate_overdue(now=now + FIVE_MINUTES - timedelta(seconds=1))

    case.refresh_from_db()
    assert case.ring == 1
    assert ngo.name_en not in names(case)


def test_the_second_ring_tells_the_provincial_supervisor(case, ngo, now):
    dispatching.escalate_overdue(now=now + FIVE_MINUTES)

    told = Notification.objects.get(contact_point__audience="SUPERVISOR")
    assert told.contact_point.agency.name_en == "Yala Desk"


def test_the_last_ring_tells_the_national_desk_and_is_red(case, ngo, now):
    case = rings_run_out(case, times=2)

    assert "National Desk" in names(case)
    assert case.state == "red"
    assert "RED" in [event.kind for event in case.events.all()]


def test_a_ring_that_finds_nobody_gives_way_to_the_next_at_once(case, now):
    dispatching.escalate_overdue(now=now + FIVE_MINUTES)

    case.refresh_from_db()
    assert case.ring == 3
    assert "NOBODY_TO_ASK" in [event.kind for event in case.events.all()]
    assert "National Desk" in names(case)


def test_the_last_ring_is_asked_again_every_ten_minutes(case, now):
    case = rings_run_out(case, times=1)
    before = Notification.objects.filter(contact_point__agency__name_en="National Desk").count()

    rings_run_out(case, times=2)

    after = Notification.objects.filter(contact_point__agency__name_en="National Desk").count()
    assert after == before + 2
    assert case.dispatches.filter(agency__name_en="National Desk").count() == 1


def test_a_held_case_is_left_alone(case, now):
    Case.objects.update(held_at=now, next_ring_at=None)

    assert dispatching.escalate_overdue(now=now + timedelta(days=1)) == 0


def test_a_place_that_comes_to_a_held_case_asks_nobody_else(case, alert, ngo, now):
    police = case.dispatches.get(agency__name_en="Betong Police")
    by = Actor.link_holder(police)
    dispatching.acknowledge(dispatch=police, name="Sgt. Pim", arrival_minutes=12, by=by, now=now)

    intake.add_place(report=alert, fix=Fix(longitude=ngo.point.x, latitude=ngo.point.y), now=now)

    assert names(case) == ["Yala Desk", "Betong Police", "Betong Hospital"]
    case.refresh_from_db()
    assert (case.state, case.next_ring_at) == ("held", None)


def test_a_social_workers_alert_reaches_police_in_no_ring(directory, ngo, now):
    make_agency("POLICE_PROV", "Yala Police", Capability.RESPOND, at=Point(101.1, 5.8, srid=4326))
    make_agency("IMMIGRATION", "Immigration", Capability.RESPOND, at=Point(101.07, 5.77, srid=4326))
    case = make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS).case

    case = rings_run_out(case, times=6)

    assert {d.agency.kind for d in case.dispatches.all()} <= set(Agency.SOCIAL_KINDS)
    assert {"Yala Desk", "Yala Shelter", "National Desk"} <= set(names(case))


def test_immigration_is_in_no_automatic_ring(directory, now):
    make_agency("IMMIGRATION", "Immigration", Capability.RESPOND, at=Point(101.07, 5.77, srid=4326))

    case = rings_run_out(make_alert(now=now).case, times=4)

    assert "Immigration" not in names(case)


def test_a_sealed_case_stays_with_the_custodian_in_every_ring(directory, now):
    case = make_alert(now=now, officials_involved=True).case

    case = rings_run_out(case, times=4)

    assert set(names(case)) == {"Custodian"}
    assert case.state == "red"


def test_no_distance_to_a_secret_place_is_stored(directory, now):
    case = make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS).case

    case = rings_run_out(case, times=1)

    assert case.dispatches.get(agency__name_en="Yala Shelter").metres is None


def test_one_broken_case_does_not_stop_the_next(directory, now, monkeypatch):
    broken, sound = make_alert(now=now).case, make_alert(now=now).case
    asking = dispatching.escalating.asking
    ask = asking.ask

    def ask_unless_broken(standing, *args, **kwargs):
        if standing.case.pk == broken.pk:
            raise DatabaseError
        return ask(standing, *args, **kwargs)

    monkeypatch.setattr(asking, "ask", ask_unless_broken)

    assert dispatching.escalate_overdue(now=now + FIVE_MINUTES) == 1

    sound.refresh_from_db()
    broken.refresh_from_db()
    assert (broken.ring, sound.ring) == (1, 3)


def test_a_policy_row_changes_the_ring_for_its_province_only(directory, areas, now):
    RingPolicy.objects.create(province=areas["95"], ring=1, tells=["DESK"], minutes=2)
    RingPolicy.objects.create(province=areas["95"], ring=2, tells=["NATIONAL_DESK"], minutes=10)

    in_yala = make_alert(now=now).case
    elsewhere = make_alert(now=now, at=Point(100.593, 7.199, srid=4326)).case

    assert names(in_yala) == ["Yala Desk"]
    assert in_yala.next_ring_at == now + timedelta(minutes=2)
    assert elsewhere.plan["rings"][0]["minutes"] == 5


def test_the_plan_is_frozen_on_the_case(case, areas, now):
    RingPolicy.objects.create(province=areas["95"], ring=1, tells=["DESK"], minutes=2)

    case.refresh_from_db()

    assert len(case.plan["rings"]) == 3


def test_an_agency_without_a_contact_point_is_asked_all_the_same_and_the_history_says_so(directory, now):
    Agency.objects.get(name_en="Betong Police").contact_points.all().delete()

    case = make_alert(now=now).case

    event = CaseEvent.objects.get(dispatch__agency__name_en="Betong Police")
    assert event.facts["no_contact_point"] is True
    assert "Betong Police" in names(case)
