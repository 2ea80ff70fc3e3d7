"""Files as phones send them, with what they hide; and some that nobody should open."""

import struct
import zlib
from fractions import Fraction
from io import BytesIO

import av
import pillow_heif
from PIL import ExifTags, Image, ImageDraw

pillow_heif.register_heif_opener()

# Betong, as a camera writes it: degrees, minutes, seconds.
BETONG_GPS = {
    ExifTags.GPS.GPSLatitudeRef: "N",
    ExifTags.GPS.GPSLatitude: (5.0, 46.0, 26.4),
    ExifTags.GPS.GPSLongitudeRef: "E",
    ExifTags.GPS.GPSLongitude: (101.0, 4.0, 21.0),
}
CAMERA = "Nok Phone of Malee"


def photo(kind="JPEG", *, size=(640, 480), orientation=1, gps=BETONG_GPS) -> bytes:
    """Half red, half blue, so that it can be seen which side is up."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((0, size[1] // 2, *size), fill="blue")
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = CAMERA
    exif[ExifTags.Base.Orientation] = orientation
    if gps:
        exif[ExifTags.IFD.GPSInfo] = gps
    made = BytesIO()
    image.save(made, kind, exif=exif.tobytes(), **({"comment": b"for Malee"} if kind == "JPEG" else {}))
    return made.getvalue()


def recording(kind="mp3", codec="libmp3lame", *, seconds=1) -> bytes:
    """Silence with a title and an artist."""
    made = BytesIO()
    with av.open(made, "w", format=kind) as target:
        target.metadata.update({"title": "the boat", "artist": CAMERA})
        sound = target.add_stream(codec, rate=48_000, layout="mono")
        for number in range(50 * seconds):
            frame = av.AudioFrame(format=sound.format, layout="mono", samples=960)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 960 * number, Fraction(1, 48_000)
            target.mux(sound.encode(frame))
        target.mux(sound.encode(None))
    return made.getvalue()


def film() -> bytes:
    made = BytesIO()
    with av.open(made, "w", format="mp4") as target:
        pictures = target.add_stream("mpeg4", rate=5)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 64, "yuv420p"
        for _ in range(5):
            target.mux(pictures.encode(av.VideoFrame(64, 64, "yuv420p")))
        target.mux(pictures.encode(None))
    return made.getvalue()


def pdf(*, pages=1, trailer="") -> bytes:
    """Pages with a line of text, a script that runs when it is opened, an attachment, and who wrote it."""
    text = b"BT /F1 24 Tf 20 100 Td (Contract of work) Tj ET"
    kids = " ".join(f"{10 + number} 0 R" for number in range(pages))
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R /Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >> >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        3: f"<< /Author ({CAMERA}) /Title (the contract) >>",
        4: "<< /S /JavaScript /JS (app.alert\\('here'\\)) >>",
        5: f"<< /Length {len(text)} >>\nstream\n{text.decode()}\nendstream",
        6: "<< /Type /Filespec /F (evil.exe) >>",
        7: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    fonts = "/Resources << /Font << /F1 7 0 R >> >>"
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 5 0 R {fonts} >>"
    objects |= {10 + number: page for number in range(pages)}
    made = b"%PDF-1.7\n"
    for number, content in objects.items():
        made += f"{number} 0 obj\n{content}\nendobj\n".encode()
    return made + f"trailer << /Root 1 0 R /Info 3 0 R >>\n{trailer}%%EOF\n".encode()


def bomb(width=30_000, height=30_000) -> bytes:
    """A PNG of a few kilobytes that unpacks to gigabytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack("!I", len(content)) + name + content + struct.pack("!I", zlib.crc32(name + content))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
