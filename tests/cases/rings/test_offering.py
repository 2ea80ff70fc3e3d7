"""The agencies that an officer may choose to ask."""

import pytest

from cases.rings.offering import candidates
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


def test_candidates_come_nearest_first_and_without_those_asked(case, yala_shelter, national_desk, now):
    offered = candidates(case, now=now)

    assert [near.agency.name_en for near in offered] == ["Yala Shelter"]
    assert offered[0].metres is None


def test_an_embassy_is_not_offered_where_no_place_is_known(directory, embassy, now):
    case = make_alert(now=now, at=None).case
    case.province_id = "95"

    assert embassy not in [near.agency for near in candidates(case, now=now)]
