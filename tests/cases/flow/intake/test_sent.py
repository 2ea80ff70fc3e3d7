"""What a person sent is shaped before anything is decided."""

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.flow.intake import Fix
from cases.models import Report

pytestmark = pytest.mark.django_db

NEAREST_HELP, SOCIAL_WORKERS = Report.MayTell.NEAREST_HELP, Report.MayTell.SOCIAL_WORKERS


@given(longitude=st.floats(97.3, 105.7), latitude=st.floats(5.5, 20.5))
def test_a_rough_place_lies_within_the_accuracy_that_it_says(longitude, latitude):
    rough = Fix(longitude=longitude, latitude=latitude).rough()

    north, east = rough.latitude - latitude, (rough.longitude - longitude) * cos(radians(latitude))
    assert hypot(north, east) * 111_320 <= rough.accuracy_m
