"""Pasted or written degrees are read, in the many ways in which maps and hands write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.pages.public.place import fix_read
from tests.cases.pages.public.conftest import BETONG, read_place

THAILAND = {"latitude": st.floats(5.5, 20.5), "longitude": st.floats(97.3, 105.7)}


@pytest.mark.parametrize(
    "text",
    [
        "5.774, 101.0725",
        "5.774,101.0725",
        "  5.774 101.0725 ",
        "(5.774; 101.0725).",
        "5,774 101,0725",
        "5,774, 101,0725",
        "๕.๗๗๔, ๑๐๑.๐๗๒๕",
        "၅.၇၇၄, ၁၀၁.၀၇၂၅",
        "５．７７４，１０１．０７２５",
        "5.774N, 101.0725E",
        "5.774 N 101.0725 E",
        "N 5.774 E 101.0725",
        "N5.774, E101.0725",
        "5.774° n, 101.0725° e",
        "5°46'26.4\"N 101°04'21.0\"E",
        "5°46′26.4″N101°04′21.0″E",
        "5° 46' 26.4'' N, 101° 4' 21'' E",
        "5°46.44'N 101°4.35'E",
        "๕ องศา ๔๖ ลิปดา ๒๖.๔ ฟิลิปดา เหนือ ๑๐๑ องศา ๔ ลิปดา ๒๑ ฟิลิปดา ตะวันออก",
        "北纬5.774 东经101.0725",
        "Latitude: 5.774, Longitude: 101.0725",
        "พิกัด 5.774, 101.0725",
        "ละติจูด 5.774 ลองจิจูด 101.0725",
        "the red house, 5.7740, 101.0725 behind the pier",
        "บ้านสีแดง5.7740,101.0725หลังท่าเรือ",
        "please come https://maps.app.goo.gl/abc1234567 5.774, 101.0725",
    ],
)
def test_degrees_are_read_as_maps_and_hands_write_them(text):
    assert read_place(text) == BETONG


@pytest.mark.parametrize("text", ["101.0725, 5.774", "101.0725E 5.774N", "E101.0725 N5.774", "๑๐๑.๐๗๒๕ ๕.๗๗๔"])
def test_longitude_first_is_seen_and_turned_round(text):
    assert read_place(text) == BETONG


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("3.1390, 101.6869", (3.139, 101.6869)),  # Kuala Lumpur
        ("40.712800, -74.006000", (40.7128, -74.006)),
        ("33.8688°S, 151.2093°E", (-33.8688, 151.2093)),
        ("16.6870 98.5086", (16.687, 98.5086)),  # Myawaddy, across the river
    ],
)
def test_a_place_abroad_is_read_too(text, place):
    assert read_place(text) == place


@given(latitude=st.floats(-89, 89), longitude=st.floats(-179, 179))
def test_six_decimals_come_back_as_they_were_written(latitude, longitude):
    fix = fix_read(f"{latitude:.6f}, {longitude:.6f}")
    zero = (round(latitude, 6), round(longitude, 6)) == (0, 0)

    assert zero or {round(fix.latitude, 6), round(fix.longitude, 6)} == {round(latitude, 6), round(longitude, 6)}


@given(**THAILAND)
def test_minutes_and_seconds_come_back_within_a_second(latitude, longitude):
    def spelled(degrees):
        seconds = round(degrees * 3600)
        return f"{seconds // 3600}°{seconds // 60 % 60:02}'{seconds % 60:02}\""

    fix = fix_read(f"{spelled(latitude)}N {spelled(longitude)}E")

    assert (fix.latitude, fix.longitude) == pytest.approx((latitude, longitude), abs=1 / 3600)
