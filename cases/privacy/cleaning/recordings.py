"""Make a recording anew: decode it, and write bare MP3 frames, which every phone plays."""

from io import BytesIO

import av
from av.audio.resampler import AudioResampler
from av.container import InputContainer, OutputContainer

from cases.privacy.cleaning.made import TOO_LARGE, UNREADABLE, VIDEO, Made, Refused

RATE = 44_100  # samples a second
BITS = 64_000  # a second: speech, one channel
MOST_SECONDS = 2 * 3600
BARE = {"id3v2_version": "0", "write_xing": "0"}  # no tag, not even the encoder's name
# We name the format ourselves, because a guess may find one that lists other files to open.
_STARTS = (
    (0, b"ID3", "mp3"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"#!AMR", "amr"),
    (0, b"RIFF", "wav"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"caff", "caf"),
    (4, b"ftyp", "mov"),
)


def clean(original: bytes, *, keeps_place: bool = False) -> Made:
    made = BytesIO()
    with av.open(BytesIO(original), "r", format=_format(original), metadata_errors="ignore") as source:
        if any(not _is_cover(stream) for stream in source.streams.video):
            raise Refused(VIDEO)
        if not source.streams.audio:
            raise Refused(UNREADABLE)
        with av.open(made, "w", format="mp3", options=BARE) as target:
            _copy_sound(source, target)
    return Made(made.getvalue())


def _format(original: bytes) -> str:
    for at, start, name in _STARTS:
        if original.startswith(start, at):
            return name
    return "aac" if original[1:2] and original[1] & 0xF6 == 0xF0 else "mp3"


def _is_cover(stream: av.VideoStream) -> bool:
    return bool(stream.disposition & stream.disposition.attached_pic)


def _copy_sound(source: InputContainer, target: OutputContainer) -> None:
    sound = target.add_stream("libmp3lame", rate=RATE, layout="mono")
    sound.bit_rate = BITS
    resampler, samples = AudioResampler(format="s16p", layout="mono", rate=RATE), 0
    for frame in source.decode(source.streams.audio[0]):
        frame.pts = None
        for piece in resampler.resample(frame):
            samples += piece.samples
            if samples > MOST_SECONDS * RATE:
                raise Refused(TOO_LARGE)
            target.mux(sound.encode(piece))
    if not samples:
        raise Refused(UNREADABLE)
    for piece in resampler.resample(None):
        target.mux(sound.encode(piece))
    target.mux(sound.encode(None))


def warm() -> None:
    """Use the codecs once, on a tenth of a second of silence, because the sandbox lets them load nothing more."""
    clean(
        b"RIFF\x64\x22\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x44\xac\0\0\x88\x58\x01\0\x02\0\x10\0data\x40\x22\0\0"
        + bytes(8768)
    )
