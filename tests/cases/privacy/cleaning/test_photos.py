"""A photo comes out of the cleaner without what it hid."""

from io import BytesIO

import pytest
from PIL import Image

from cases.privacy.cleaning import apart
from tests import files
from tests.cases.privacy.cleaning.refusals import refusal


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_photo_keeps_its_picture_and_nothing_else():
    original = files.photo()
    assert opened(original).getexif()
    assert files.CAMERA.encode() in original

    made = apart.clean("PHOTO", original)

    picture = opened(made.content)
    assert (picture.format, picture.size) == ("JPEG", (640, 480))
    assert not picture.getexif()
    assert picture.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert files.CAMERA.encode() not in made.content
    assert b"Malee" not in made.content
    assert made.place is None


def test_the_place_in_a_photo_is_read_only_when_it_is_asked_for():
    made = apart.clean("PHOTO", files.photo(), keeps_place=True)

    assert made.place == pytest.approx((101.0725, 5.7740), abs=1e-4)
    assert not opened(made.content).getexif()


@pytest.mark.parametrize(
    "gps", [None, {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, {1: "N", 2: (99.0, 0.0, 0.0)}]
)
def test_a_photo_without_a_place_or_with_an_impossible_one_has_none(gps):
    assert apart.clean("PHOTO", files.photo(gps=gps), keeps_place=True).place is None


def test_a_photo_that_was_taken_sideways_is_upright():
    made = opened(apart.clean("PHOTO", files.photo(orientation=6)).content)

    assert made.size == (480, 640)
    red, _, blue = made.getpixel((470, 320))
    assert red > 200 > blue  # what stood on top is on the right


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "HEIF"])
def test_every_kind_of_photo_becomes_a_jpeg(kind):
    made = opened(apart.clean("PHOTO", files.photo(kind) if kind != "GIF" else a_gif()).content)

    assert made.format == "JPEG"
    assert not made.getexif()


def a_gif() -> bytes:
    made = BytesIO()
    Image.new("P", (64, 64)).save(made, "GIF", comment=b"Malee")
    return made.getvalue()


def test_a_large_photo_becomes_smaller():
    made = opened(apart.clean("PHOTO", files.photo(size=(6000, 4000))).content)

    assert made.size == (2560, 1707)


def test_the_preview_is_a_few_pixels():
    preview = opened(apart.clean("PHOTO", files.photo()).preview)

    assert max(preview.size) <= 32


def test_a_photo_that_is_also_something_else_is_only_a_photo_afterwards():
    script = b"<html><script>alert(1)</script>"

    made = apart.clean("PHOTO", files.photo() + b"PK\x03\x04" + script)

    assert script not in made.content
    assert b"PK\x03\x04" not in made.content


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", files.photo()[:4000], files.pdf(), b"\x89PNG\r\n\x1a\n" + bytes(50)]
)
def test_what_is_no_whole_photo_is_refused(content):
    assert refusal("PHOTO", content) == "UNREADABLE"


def test_a_photo_that_unpacks_to_gigabytes_is_refused():
    assert refusal("PHOTO", files.bomb()) == "TOO_LARGE"
