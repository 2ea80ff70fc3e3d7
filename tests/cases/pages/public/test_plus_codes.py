"""A Plus Code is read: a full one by itself, a short one by the area that was named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openlocationcode import openlocationcode

from cases.pages.public.place import fix_read
from tests.cases.pages.public.conftest import BETONG, read_place

THAILAND = {"latitude": st.floats(5.5, 20.5), "longitude": st.floats(97.3, 105.7)}


@given(**THAILAND)
def test_a_full_plus_code_comes_back_as_its_cell(latitude, longitude):
    fix = fix_read(f"we are at {openlocationcode.encode(latitude, longitude).lower()} in the shed")

    assert (fix.latitude, fix.longitude) == pytest.approx((latitude, longitude), abs=0.00007)


def short(latitude, longitude):
    """Return the code without the letters for its degree, such as V3F9+JX."""
    return openlocationcode.encode(latitude, longitude)[4:]


@pytest.mark.parametrize("code", ["9502", "950201"])
def test_a_short_plus_code_is_completed_by_the_district_that_was_named(areas, code):
    assert read_place(f"{short(*BETONG)} Betong", near=code) == pytest.approx(BETONG, abs=0.00013)


def test_a_province_completes_it_where_only_one_such_place_lies_within(areas):
    pattani = (6.87, 101.25)

    assert read_place(short(*pattani), near="94") == pytest.approx(pattani, abs=0.00013)


def test_a_short_plus_code_that_could_be_two_places_of_a_province_stays_words(areas):
    assert read_place(short(*BETONG), near="95") is None  # a degree further north Yala is near as well


def test_a_short_plus_code_that_lies_nowhere_in_the_named_area_stays_words(areas):
    assert read_place(short(*BETONG), near="90") is None
