"""A place that is pasted or written: how exact it is, and what stays words because it is not understood."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openlocationcode import openlocationcode

from cases.models import Position
from cases.pages.public.degrees import FINEST_M
from cases.pages.public.place import LONGEST_READ, fix_read
from tests.cases.pages.public.conftest import BETONG


def accuracy(text):
    return fix_read(text).accuracy_m


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
        (openlocationcode.encode(*BETONG), FINEST_M),
        (openlocationcode.encode(*BETONG, 8) + " ", None),
    ],
)
def test_the_accuracy_is_as_wide_as_what_was_written_leaves_open(text, metres):
    if metres is None:
        assert fix_read(text) is None  # eight letters and nothing after the plus: 275 m, seldom written
    else:
        assert accuracy(text) == metres


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
