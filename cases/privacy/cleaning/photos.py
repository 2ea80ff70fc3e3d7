"""Make a photo anew: decode it, turn it upright, shrink it, and write a JPEG of the pixels alone."""

import math
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, ImageFilter, ImageOps

from cases.privacy.cleaning.made import TOO_LARGE, Made, Refused

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "MPO")
MOST_PIXELS = 64_000_000
LONGEST_EDGE = 2560  # pixels
PREVIEW_EDGE = 32  # so few that no face is left, even before the blur

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
# Of JPEGs with several pictures (MPO) only the first is read.
Image.init()


def clean(original: bytes, *, keeps_place: bool = False) -> Made:
    with _open(original) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused(TOO_LARGE)
        place = _place(image) if keeps_place else None
        image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # a large JPEG is not unpacked whole
        picture = _pixels(image)
    return Made(_as_jpeg(picture, quality=85), preview=_as_jpeg(_blurred(picture), quality=60), place=place)


def _open(original: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(original), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Refused(TOO_LARGE) from error


def _pixels(image: Image.Image) -> Image.Image:
    """Copy the pixels onto a new picture, so that nothing else of the file comes along."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    sheet = Image.new("RGB", upright.size, "white")
    see_through = upright.convert("RGBA") if upright.has_transparency_data else None
    sheet.paste(see_through or upright.convert("RGB"), mask=see_through)
    return sheet


def _blurred(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((PREVIEW_EDGE, PREVIEW_EDGE))
    return small.filter(ImageFilter.GaussianBlur(1))


def _as_jpeg(picture: Image.Image, *, quality: int) -> bytes:
    made = BytesIO()
    picture.save(made, "JPEG", quality=quality, optimize=True)
    return made.getvalue()


def _place(image: Image.Image) -> tuple[float, float] | None:
    """Return longitude and latitude in degrees of WGS 84, or None if the camera did not write them down."""
    gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
    is_on_earth = abs(longitude) <= 180 and abs(latitude) <= 90 and (longitude, latitude) != (0, 0)
    return (longitude, latitude) if is_on_earth else None


def _degrees(parts: Any, half: Any, negative: str) -> float:
    """Return degrees, or NaN (which compares false with everything) if the parts cannot be read."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return math.nan
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(half).strip("\x00 ").upper() == negative else value


def warm() -> None:
    """Use each decoder once, because the sandbox lets it load nothing more."""
    dot = Image.new("RGB", (8, 8), "white")
    for name in ("JPEG", "PNG", "WEBP", "GIF"):
        made = BytesIO()
        dot.save(made, name)
        clean(made.getvalue(), keeps_place=True)
