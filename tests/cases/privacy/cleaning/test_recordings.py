"""A recording comes out of the cleaner without what it hid."""

from io import BytesIO

import av
import pytest

from cases.privacy.cleaning import apart
from tests import files
from tests.cases.privacy.cleaning.refusals import refusal


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
