"""A change of rings needs two people, is told to the desk's supervisors, and never leaves an alert with nobody."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import translation

from agencies.models import Agency, ContactPoint, Notification, Officer, Role
from cases.flow import ring_changes
from cases.models import RingChange, RingDecision, RingPolicy
from cases.rings.plan import DEFAULT_RINGS, policy_for
from tests.conftest import make_alert, make_officer

pytestmark = pytest.mark.django_db


def ring(*tells: str, minutes: int = 5, radius_m: int = 10_000, how_many: int = 2, **fields):
    found = {"tells": list(tells), "radius_m": radius_m, "how_many": how_many, "capability": "RESPOND", "kinds": []}
    return {**found, "minutes": minutes, **fields}


RINGS = [ring("DESK", "NEAREST", minutes=3), ring("NEIGHBOUR_DESKS", "NATIONAL_DESK", radius_m=100_000)]


@pytest.fixture
def malee(yala_desk) -> Officer:
    """A second supervisor in Yala."""
    return make_officer("Malee", yala_desk, Role.SUPERVISOR)


@pytest.fixture
def propose(directory, areas, somchai, now):
    def propose(rings=RINGS, *, requires=(), urgency="", province="95", by=somchai):
        where = areas[province] if province else None
        return ring_changes.propose(
            province=where, urgency=urgency, rings=rings, requires=list(requires), by=by, now=now
        )

    return propose


def problems(propose, rings, **said) -> str:
    with translation.override("en"), pytest.raises(ring_changes.RingsRefused) as refused:
        propose(rings, **said)
    assert not RingChange.objects.exists()
    return " ".join(refused.value.problems)


def test_a_proposal_changes_nothing_until_a_second_person_confirms_it(propose, malee, now):
    change = propose()
    assert make_alert(now=now).case.plan["rings"] == DEFAULT_RINGS

    ring_changes.confirm(change=change, by=malee, now=now)

    case = make_alert(now=now).case
    assert case.plan["rings"] == RINGS
    assert RingDecision.objects.get(change=change, is_confirmed=True).by == malee


def test_nobody_confirms_what_they_proposed(propose, somchai, now):
    change = propose()

    with pytest.raises(ring_changes.SamePerson):
        ring_changes.confirm(change=change, by=somchai, now=now)

    assert not RingPolicy.objects.exists()


def test_a_new_set_takes_the_place_of_the_whole_old_one(propose, malee, now):
    ring_changes.confirm(change=propose([*RINGS[:1], *RINGS]), by=malee, now=now)
    ring_changes.confirm(change=propose(requires=["RESPOND"]), by=malee, now=now)

    assert RingPolicy.objects.count() == 2
    policy = policy_for(province="95", urgency="URGENT")
    assert (policy.rings, policy.requires, policy.province) == (RINGS, ["RESPOND"], "95")


def test_a_removal_returns_to_the_default(propose, malee, now):
    ring_changes.confirm(change=propose(), by=malee, now=now)

    ring_changes.confirm(change=propose([]), by=malee, now=now)

    assert policy_for(province="95", urgency="EMERGENCY").is_default
    assert RingChange.objects.count() == 2


def test_two_proposals_for_the_same_rings_do_not_wait_side_by_side(propose, malee, now):
    first = propose()
    propose(urgency="URGENT")

    with pytest.raises(ring_changes.AlreadyProposed):
        propose(by=malee)

    ring_changes.withdraw(change=first, by=malee, now=now)
    propose(by=malee)


def test_what_was_decided_is_not_decided_again(propose, malee, somchai, now):
    change = propose()
    ring_changes.withdraw(change=change, by=somchai, now=now)

    for decide in (ring_changes.confirm, ring_changes.withdraw):
        with pytest.raises(ring_changes.AlreadyDecided):
            decide(change=change, by=malee, now=now)

    assert not RingPolicy.objects.exists()


@pytest.mark.parametrize(
    ("rings", "requires", "said"),
    [
        ([ring("DESK", "NEAREST")], (), "The last ring does not tell the national desk"),
        ([ring("DESK", "NEAREST", "NATIONAL_DESK")], (), "At least 2 rings"),
        ([ring("NEAREST"), ring("NATIONAL_DESK")], (), "Ring 1 does not tell the province's desk"),
        ([ring("DESK", "NEAREST"), ring("SUPERVISOR"), ring("NATIONAL_DESK")], (), "Ring 2: it asks nobody"),
        ([ring("DESK", "NEAREST", minutes=0), ring("NATIONAL_DESK")], (), "Ring 1: the time until the next ring"),
        ([ring("DESK", "NEAREST"), ring("NATIONAL_DESK", minutes=61)], (), "Ring 2: the time until the next ring"),
        ([ring("DESK", "NEAREST", minutes=40)] * 2 + [ring("NATIONAL_DESK")], (), "80 minutes until the last ring"),
        ([ring("DESK", "NEAREST", radius_m=0), ring("NATIONAL_DESK")], (), "Ring 1: it looks from 1 to 300 km"),
        ([ring("DESK", "NEAREST", how_many=0), ring("NATIONAL_DESK")], (), "Ring 1: it asks from 1 to 20"),
        ([ring("DESK", "NEAREST", kinds=["IMMIGRATION"]), ring("NATIONAL_DESK")], (), "never told by itself"),
        (RINGS, ("MEDICAL",), "No ring asks for “medical care”"),
        ([ring("DESK"), ring("NATIONAL_DESK")], (), "No ring asks for “goes to the place”"),
        ([ring("DESK", "NEAREST", minutes=1)] * 5 + [ring("NATIONAL_DESK")], (), "At most 5 rings"),
    ],
)
def test_rings_that_could_reach_nobody_in_time_are_refused_with_the_reason(propose, rings, requires, said):
    assert said in problems(propose, rings, requires=requires)


def test_without_a_national_desk_in_the_directory_the_last_ring_would_be_empty(propose, national_desk):
    national_desk.is_last_resort = False
    national_desk.save()

    assert "The directory has no national desk" in problems(propose, RINGS)


def test_what_made_sense_when_it_was_proposed_is_looked_at_again(propose, malee, now):
    change = propose()
    Agency.objects.update(is_last_resort=False)

    with pytest.raises(ring_changes.RingsRefused):
        ring_changes.confirm(change=change, by=malee, now=now)

    assert not RingPolicy.objects.exists()


def test_a_desk_alone_may_hold_a_case_where_the_policy_says_so(propose, malee, now):
    rings = [ring("DESK"), ring("NATIONAL_DESK")]

    ring_changes.confirm(change=propose(rings, requires=["SOCIAL_WORK"]), by=malee, now=now)

    assert make_alert(now=now).case.plan["requires"] == ["SOCIAL_WORK"]


def test_the_desks_supervisors_hear_of_each_step_and_no_name_is_said(propose, malee, yala_desk, settings, now):
    address = {"address": "b@agency.example", "verified_at": now, "confirmed_at": now}
    ContactPoint.objects.create(agency=yala_desk, audience="SUPERVISOR", **address)

    change = propose()
    proposed = list(Notification.objects.all())
    ring_changes.confirm(change=change, by=malee, now=now)

    confirmed = Notification.objects.exclude(pk__in=[message.pk for message in proposed])
    assert len(proposed) == confirmed.count() == 2
    for message in [*proposed, *confirmed]:
        assert message.contact_point.agency == yala_desk
        assert message.contact_point.audience == "SUPERVISOR"
        assert "Somchai" not in message.body + message.subject
        assert "Malee" not in message.body + message.subject
        assert f"{settings.PUBLIC_URL}/directory/rings/95/any/" in message.body
        assert "Yala" in message.subject


def test_where_a_desk_has_no_supervisor_to_write_to_the_national_desk_hears(propose, yala_desk, national_desk, now):
    yala_desk.contact_points.filter(audience="SUPERVISOR").update(removed_at=now)

    propose()
    propose(province=None)

    told = [message.contact_point.agency for message in Notification.objects.select_related("contact_point__agency")]
    assert told == [national_desk, national_desk]


def test_open_cases_keep_the_rings_that_they_were_opened_with(propose, malee, now):
    before = make_alert(now=now).case

    ring_changes.confirm(change=propose(), by=malee, now=now)

    before.refresh_from_db()
    assert before.plan["rings"] == DEFAULT_RINGS


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_do_it_once(propose, malee, now):
    change = propose()

    def confirm(_):
        try:
            return ring_changes.confirm(change=change, by=malee, now=now)
        except ring_changes.AlreadyDecided:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        decisions = list(pool.map(confirm, range(2)))

    assert len([decision for decision in decisions if decision]) == 1
    assert RingPolicy.objects.count() == 2


def test_the_second_province_of_a_place_near_the_border_does_not_bring_its_rings(propose, malee, pattani_desk, now):
    ring_changes.confirm(change=propose(province="94"), by=malee, now=now)

    near_the_line = make_alert(now=now, at=Point(101.27, 6.69, srid=4326)).case

    assert near_the_line.provinces == ["95", "94"]
    assert near_the_line.plan["rings"] == DEFAULT_RINGS
