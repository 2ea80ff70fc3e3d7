"""The agencies that an officer may choose to ask."""

import pytest

from agencies.models import Capability
from cases.models import Case, Report
from cases.rings.bounds import allows
from cases.rings.offering import OFFERED, candidates, offer_of
from tests.conftest import BETONG, make_agency, make_alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def gentle(directory, now) -> Case:
    """Return a case whose person allowed social workers only."""
    case = make_alert(now=now, may_tell=Report.MayTell.SOCIAL_WORKERS).case
    assert case
    return case


def test_candidates_come_nearest_first_and_without_those_asked(case, yala_shelter, national_desk, now):
    offered = candidates(case, now=now)

    assert [near.agency.name_en for near in offered] == ["Yala Shelter"]
    assert offered[0].metres is None


def test_an_embassy_is_not_offered_where_no_place_is_known(directory, embassy, now):
    case = make_alert(now=now, at=None).case
    case.province_id = "95"

    assert embassy not in [near.agency for near in candidates(case, now=now)]


def test_social_helpers_are_offered_even_where_the_nearest_twenty_are_others(gentle, pattani_desk, now):
    for number in range(OFFERED + 1):
        make_agency("POLICE_STN", f"Station {number}", Capability.RESPOND, at=BETONG)

    offered = [near.agency for near in candidates(gentle, now=now)]

    assert len(offered) == len(set(offered))
    assert any(allows(gentle, agency) for agency in offered)


def test_those_beyond_what_the_person_allowed_stand_apart_and_are_offered_too(
    gentle, betong_police, yala_shelter, now
):
    offer = offer_of(gentle, now=now)

    assert yala_shelter in [near.agency for near in offer.within]
    assert betong_police in [near.agency for near in offer.beyond]
    assert {betong_police, yala_shelter} <= set(offer.agencies)


def test_a_secret_place_stands_last_so_that_its_rank_tells_no_distance(gentle, yala_shelter, areas, now):
    for number in range(3):
        make_agency("SHELTER_TIP", f"House {number}", at=areas["9501"].centroid)

    assert offer_of(gentle, now=now).within[-1].agency == yala_shelter


def test_where_a_child_is_those_for_children_stand_first(gentle, yala_shelter, areas, now):
    make_agency("SHELTER_TIP", "House", at=BETONG)
    home = make_agency("SHELTER_PROV", "Home", at=areas["9501"].centroid)

    assert offer_of(gentle, now=now).within[0].agency != home
    gentle.reports.update(children_present=True)

    offer = offer_of(gentle, now=now)
    assert (offer.within[0].agency, home.kind in offer.for_children) == (home, True)
