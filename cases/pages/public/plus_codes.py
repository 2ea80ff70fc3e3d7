"""Read Plus Codes (Open Location Code): a cell of the earth in ten letters, or in six near a known place."""

import re
from itertools import product

from django.contrib.gis.geos import Point
from openlocationcode import openlocationcode

from agencies import areas
from agencies.models import Area
from cases.pages.public.degrees import Spot, radius_m, spot

_LETTERS = "[23456789CFGHJMPQRVWX]"
_ALONE = rf"(?<![0-9A-Za-z+])({_LETTERS}{{%d}}\+{_LETTERS}{{2,7}})(?![0-9A-Za-z+])"
_FULL, _SHORT = (re.compile(_ALONE % before, re.IGNORECASE) for before in (8, 4))
# A short code occurs once in each degree, so the degrees around are tried too.
_AROUND = list(product((-1, 0, 1), repeat=2))


def spot_of_code(text: str, *, near: str = "") -> Spot | None:
    """Return the middle of the cell. A short code needs `near`, the code of an area (TIS 1099), or gives None."""
    if full := _FULL.search(text):
        return _middle(full[1].upper())
    short = _SHORT.search(text)
    # Digits alone may be a sum or a telephone number.
    if short is None or short[1].replace("+", "").isdigit():
        return None
    area = areas.known(near)
    return _completed(short[1].upper(), area) if area else None


def _completed(code: str, near: Area) -> Spot | None:
    """Return the place of this code in the province of `near`; None if there are two, as a wide province may have.

    A district is less than a degree wide, so there only the place nearest to its middle is tried.
    """
    middle = near.centroid
    if middle is None:
        return None
    around = _AROUND if near.level == Area.Level.PROVINCE else [(0, 0)]
    codes = {openlocationcode.recoverNearest(code, middle.y + north, middle.x + east) for north, east in around}
    found = [place for place in map(_middle, codes) if place and _is_in(place, near.province_code)]
    return found[0] if len(found) == 1 else None


def _is_in(place: Spot, province: str) -> bool:
    return province in areas.locate(Point(place.longitude, place.latitude, srid=4326)).provinces


def _middle(code: str) -> Spot | None:
    if not openlocationcode.isFull(code):
        return None
    cell = openlocationcode.decode(code)
    height, width = cell.latitudeHi - cell.latitudeLo, cell.longitudeHi - cell.longitudeLo
    latitude, longitude = cell.latitudeCenter, cell.longitudeCenter
    return spot(latitude, longitude, within_m=radius_m(latitude, height, width))
