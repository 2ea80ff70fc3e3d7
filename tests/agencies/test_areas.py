"""From a point to the province, in the small Deep South of conftest."""

import pytest
from django.contrib.gis.geos import Point

from agencies import areas as places
from agencies.areas import Located
from tests.conftest import BETONG

SATENG = (101.282, 6.549)  # Yala's first sub-district
SABARANG = (101.254, 6.868)  # Pattani's


def between(here: tuple[float, float], there: tuple[float, float], *, share: float) -> Point:
    """`share` of the way from here to there."""
    longitude, latitude = (a + (b - a) * share for a, b in zip(here, there, strict=True))
    return Point(longitude, latitude, srid=4326)


def test_betong_is_a_district_of_yala(areas):
    assert places.locate(BETONG) == Located(province="95", district="9502")


def test_near_a_border_the_second_province_is_named(areas):
    located = places.locate(between(SATENG, SABARANG, share=0.45))

    assert located == Located(province="95", district="9501", second_province="94")
    assert located.provinces == ["95", "94"]


def test_a_second_province_is_named_up_to_half_as_far_again_and_one_kilometre(areas):
    # 35.4 km apart: at 0.39 the other is 21.6 km away, and 1.5 x 13.8 + 1 = 21.7 reaches it; at 0.37 it does not.
    assert places.locate(between(SATENG, SABARANG, share=0.39)).second_province == "94"
    assert places.locate(between(SATENG, SABARANG, share=0.37)).second_province is None


def test_a_town_in_malaysia_is_abroad(areas):
    assert places.locate(Point(102.24, 6.12, srid=4326)) == Located(is_abroad=True)


def test_abroad_but_near_the_line_the_thai_province_is_still_named(areas):
    located = places.locate(Point(101.030, 5.735, srid=4326))  # nearer to Pengkalan Hulu than to Betong, by little

    assert located == Located(province="95", district="9502", is_abroad=True)


def test_a_point_far_out_at_sea_is_nowhere_that_we_know(areas):
    assert places.locate(Point(103.5, 8.5, srid=4326)) == Located(is_abroad=True)


@pytest.mark.parametrize("point", [(0, 0), (180, 90), (-180, -90), (101.0, -5.7)])
def test_the_ends_of_the_earth_are_an_answer_too(areas, point):
    assert places.locate(Point(*point, srid=4326)).is_abroad


def test_without_any_area_nothing_breaks(db):
    assert places.locate(BETONG) == Located(is_abroad=True)


@pytest.mark.parametrize(("code", "district"), [("95", None), ("9502", "9502"), ("950201", "9502")])
def test_a_named_place_says_its_province_and_district(code, district):
    assert places.of_area(code) == Located(province="95", district=district)
