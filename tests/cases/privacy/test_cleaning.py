"""What goes through the cleaner comes out without what it hid, and the cleaner itself can do nothing else."""

import errno
import json
from io import BytesIO

import av
import pypdfium2
import pytest
from PIL import Image

from cases.privacy.cleaning import apart, sandbox
from cases.privacy.cleaning.made import Refused
from tests import files


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def refusal(kind: str, content: bytes) -> str:
    with pytest.raises(Refused) as no:
        apart.clean(kind, content)
    return no.value.reason


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


@pytest.mark.parametrize(
    ("container", "codec"),
    [("mp3", "libmp3lame"), ("ogg", "libopus"), ("ipod", "aac"), ("wav", "pcm_s16le"), ("webm", "libopus")],
)
def test_a_recording_keeps_its_sound_and_no_tag(container, codec):
    original = files.recording(container, codec, seconds=2)
    with av.open(BytesIO(original)) as source:
        assert {**source.metadata, **source.streams.audio[0].metadata}

    made = apart.clean("AUDIO", original)

    with av.open(BytesIO(made.content)) as source:
        assert not source.metadata
        assert source.format.name == "mp3"
        seconds = sum(frame.samples for frame in source.decode(audio=0)) / 44_100
    assert seconds == pytest.approx(2, abs=0.2)
    assert b"boat" not in made.content
    assert b"Lavf" not in made.content


@pytest.mark.parametrize(("container", "codec"), [("wav", "pcm_s16le"), ("ipod", "aac")])
def test_a_recording_with_tags_in_an_unknown_encoding_keeps_its_sound(container, codec):
    original = files.recording(container, codec).replace(b"the boat", "เรือ".encode("tis-620") + b"\xff\xfe\x80\x81")
    with pytest.raises(UnicodeDecodeError), av.open(BytesIO(original)):
        pass

    made = apart.clean("AUDIO", original)

    with av.open(BytesIO(made.content)) as source:
        assert not source.metadata
        assert sum(frame.samples for frame in source.decode(audio=0)) > 40_000


def test_a_film_is_refused():
    assert refusal("AUDIO", files.film()) == "VIDEO"


@pytest.mark.parametrize(
    "content", [b"", b"ID3" + bytes(100), b"OggS" + bytes(500), b"#EXTM3U\nfile:///etc/passwd\n"]
)
def test_what_is_no_recording_is_refused(content):
    assert refusal("AUDIO", content) == "UNREADABLE"


def test_a_pdf_keeps_what_is_to_be_seen_and_no_script_attachment_or_name():
    made = apart.clean("PDF", files.pdf(pages=2)).content

    document = pypdfium2.PdfDocument(made)
    assert len(document) == 2
    assert document[0].get_size() == (300, 200)
    darkest = document[0].render(scale=1).to_pil().convert("L").getextrema()[0]
    assert darkest < 100  # the line of text was drawn
    assert document.count_attachments() == 0
    for hidden in (b"JavaScript", b"alert", b"OpenAction", b"EmbeddedFiles", b"evil.exe", files.CAMERA.encode()):
        assert hidden not in made


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", files.photo(), b"%PDF-1.7\n" + bytes(1000)])
def test_what_is_no_pdf_is_refused(content):
    assert refusal("PDF", content) == "UNREADABLE"


def test_a_pdf_of_too_many_pages_is_refused():
    assert refusal("PDF", files.pdf(pages=51)) == "TOO_LARGE"


def test_a_cleaner_that_was_taken_over_calls_nobody_opens_nothing_and_knows_no_secret(monkeypatch):
    monkeypatch.setenv("FIELD_KEYS", "a secret")
    monkeypatch.setattr(apart, "CLEANER", "tests.cases.privacy.nosy")

    said = json.loads(apart.clean("PDF", b"").content.removeprefix(b"%PDF-"))

    assert set(said["tried"].values()) == {errno.EPERM}
    assert said["environment"] == {"LC_ALL": "C.UTF-8"}


def test_a_cleaner_that_hands_out_something_else_is_not_believed(monkeypatch):
    monkeypatch.setattr(apart, "CLEANER", "tests.cases.privacy.nosy")

    with pytest.raises(apart.Broke):
        apart.clean("PHOTO", b"")


def test_without_walls_nothing_is_cleaned(monkeypatch):
    monkeypatch.setattr(apart, "CLEANER", "tests.cases.privacy.no_walls")

    with pytest.raises(apart.NoSandbox):
        apart.clean("PHOTO", files.photo())


def test_the_walls_are_to_be_had_here_and_not_on_a_machine_that_we_do_not_know(monkeypatch):
    assert sandbox.can_be_had()

    monkeypatch.setattr(sandbox.platform, "machine", lambda: "riscv64")
    assert not sandbox.can_be_had()
