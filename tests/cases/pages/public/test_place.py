"""A place that is pasted or written: degrees, a link of a map, a Plus Code. What is not understood stays words."""

import socket

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openlocationcode import openlocationcode

from cases.models import Position
from cases.pages.public.degrees import FINEST_M
from cases.pages.public.place import LONGEST_READ, fix_read

PLACE = (5.774, 101.0725)  # the town of Betong
THAILAND = {"latitude": st.floats(5.5, 20.5), "longitude": st.floats(97.3, 105.7)}


def read(text, near=""):
    fix = fix_read(text, near=near)
    return fix and (round(fix.latitude, 4), round(fix.longitude, 4))


def accuracy(text):
    return fix_read(text).accuracy_m


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
    assert read(text) == PLACE


@pytest.mark.parametrize("text", ["101.0725, 5.774", "101.0725E 5.774N", "E101.0725 N5.774", "๑๐๑.๐๗๒๕ ๕.๗๗๔"])
def test_longitude_first_is_seen_and_turned_round(text):
    assert read(text) == PLACE


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
    assert read(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "https://www.google.com/maps/@5.774,101.0725,17z",
        "https://www.google.co.th/maps/@5.774,101.0725,845m/data=!3m1!1e3",
        "https://maps.google.com/?q=5.774,101.0725",
        "maps.google.com/maps?q=loc:5.774,101.0725",
        "https://maps.google.com/maps?ll=5.774,101.0725&z=16",
        "https://www.google.com/maps/search/?api=1&query=5.774%2C101.0725",
        "https://www.google.com/maps/search/5.774,+101.0725?entry=tts",
        "https://www.google.com/maps/place/5%C2%B046'26.4%22N+101%C2%B004'21.0%22E/@5.7,101.1,12z",
        "https://www.google.com/maps/place/Pier/@5.70,101.00,15z/data=!3m1!4b1!4m6!3m5!1s0x0:0x0!8m2!3d5.774!4d101.0725",
        "https://maps.apple.com/?ll=5.774,101.0725&q=Pier",
        "https://maps.apple.com/place?coordinate=5.774,101.0725&name=Pier",
        "https://www.openstreetmap.org/#map=17/5.77400/101.07250",
        "https://www.openstreetmap.org/?mlat=5.77400&mlon=101.07250#map=12/5.7000/101.1000",
        "geo:5.774,101.0725",
        "geo:5.774,101.0725;u=35",
        "geo:0,0?q=5.774,101.0725(Pier)",
        "I am here: https://maps.google.com/?q=5.774,101.0725 please hurry",
        "GEO:5.774,101.0725?z=17",
    ],
)
def test_a_link_of_a_map_is_read(text):
    assert read(text) == PLACE


def test_no_link_is_ever_fetched(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert read("https://maps.google.com/?q=5.774,101.0725") == PLACE
    assert read("https://maps.app.goo.gl/aBcD1234") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Blue pier, behind the market",
        "ท่าเรือสีฟ้า หลังตลาด ซอย 5 บ้านเลขที่ 12/3",
        "5.7, 101.1",  # somewhere within 8 km
        "5, 101",
        "95, 9502",
        "0.0000, 0.0000",
        "95.0000, 195.0000",
        "081.2345678 081.2345678",
        "081-234-5678, 02-123-4567",
        "12.500, 150.000",
        "from 12.50 to 100.75 baht",
        "12.500 - 100.000 đồng",
        "1,500 2,000",
        "km 2.5, 3.5 from the road",
        "192.168.1.10",
        "10:30-11.45",
        "26/11/2026 21.15",
        "5.774",
        "5°99'00\"N 101°04'21\"E",
        "5.774N 101.0725N",
        "https://maps.app.goo.gl/aBcD1234?g_st=ic",
        "https://goo.gl/maps/aBcD1234",
        "https://example.com/?q=pier",
        "https://[broken",
        "https://www.google.com/maps/@5.774,101.0725,5z",  # half of Asia
        "https://www.google.com/maps/dir/5.774,101.0725/6.541,101.282/",
        "geo:nowhere",
        "1234+56 please",
        "call 2345+67",
        "V3F9+JX",  # a short code, and no area named
    ],
)
def test_what_is_not_understood_stays_words(text):
    assert fix_read(text) is None


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("5.774000, 101.072500", FINEST_M),
        ("5.7740, 101.0725", FINEST_M),
        ("5.774, 101.072", 79),
        ("5.77, 101.07", 786),
        ("5°46'26\"N 101°04'21\"E", 22),
        ("https://maps.google.com/?q=5.7740000,101.0725000", FINEST_M),
        ("https://www.google.com/maps/@5.7740000,101.0725000,17z", 238),
        ("https://www.google.com/maps/@5.7740000,101.0725000,900m/data=!3m1!1e3", 450),
        ("geo:5.774000,101.072500;u=35", 35),
        (openlocationcode.encode(*PLACE), FINEST_M),
        (openlocationcode.encode(*PLACE, 8) + " ", None),
    ],
)
def test_the_accuracy_is_as_wide_as_what_was_written_leaves_open(text, metres):
    if metres is None:
        assert fix_read(text) is None  # eight letters and nothing after the plus: 275 m, seldom written
    else:
        assert accuracy(text) == metres


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


@given(**THAILAND)
def test_a_full_plus_code_comes_back_as_its_cell(latitude, longitude):
    fix = fix_read(f"we are at {openlocationcode.encode(latitude, longitude).lower()} in the shed")

    assert (fix.latitude, fix.longitude) == pytest.approx((latitude, longitude), abs=0.00007)


@given(st.text(max_size=3_000))
@example("5°" * 1_500)
@example("1" * LONGEST_READ)
@example("1.1 " * 500)
@example("https://www.google.com/maps/" + "@5.7,101.1," * 180)
@example("geo:" + "5," * 900)
@example("https://maps.google.com/?q=" + "%" * 900)
def test_nothing_that_can_be_typed_breaks_the_reading(text):
    fix = fix_read(text)

    assert fix is None or (-90 <= fix.latitude <= 90 and fix.source == Position.Source.READ)


# ---- a short Plus Code ------------------------------------------------------------------------------


def short(latitude, longitude):
    """V3F9+JX: the code without the letters that say which degree."""
    return openlocationcode.encode(latitude, longitude)[4:]


@pytest.mark.parametrize("code", ["9502", "950201"])
def test_a_short_plus_code_is_completed_by_the_district_that_was_named(areas, code):
    assert read(f"{short(*PLACE)} Betong", near=code) == pytest.approx(PLACE, abs=0.00013)


def test_a_province_completes_it_where_only_one_such_place_lies_within(areas):
    pattani = (6.87, 101.25)

    assert read(short(*pattani), near="94") == pytest.approx(pattani, abs=0.00013)


def test_a_short_plus_code_that_could_be_two_places_of_a_province_stays_words(areas):
    assert read(short(*PLACE), near="95") is None  # a degree further north Yala is near as well


def test_a_short_plus_code_that_lies_nowhere_in_the_named_area_stays_words(areas):
    assert read(short(*PLACE), near="90") is None
