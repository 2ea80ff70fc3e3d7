"""Read degrees out of a text: 5.774, 101.0725, or with letters, minutes and seconds, in digits of any script."""

import math
import re
from dataclasses import dataclass
from unicodedata import decimal

METRES_PER_DEGREE = 111_320  # of latitude, on a sphere as wide as the equator
FINEST_M = 10  # no telephone measures better, however many digits its map prints
COARSEST_M = 5_000  # a point that is coarser says less than the name of a district

# Thailand and the countries around it. The two spans do not overlap, so a longitude that stands first is recognised.
_LATITUDES, _LONGITUDES = (0.0, 29.0), (90.0, 112.0)
_SIGNS = {
    **dict.fromkeys(("องศา", "度", "º", "˚"), "°"),
    **dict.fromkeys(("ฟิลิปดา", "秒", "″", "”", "“", "''"), '"'),
    **dict.fromkeys(("ลิปดา", "分", "′", "’", "‘", "´"), "'"),
    "เหนือ": "N",
    "北纬": "N",
    "ใต้": "S",
    "南纬": "S",
    "ตะวันออก": "E",
    "东经": "E",
    "ตะวันตก": "W",
    "西经": "W",
    "，": ",",
    "．": ".",
    "−": "-",
    "\u200e": "",
    "\u200b": "",
}
# The longest first, because one word is the end of another.
_SIGN = re.compile("|".join(sorted(map(re.escape, _SIGNS), key=len, reverse=True)))
_LABEL = re.compile(
    r"\b(?:lat(?:itude)?|lng|lon(?:g(?:itude)?)?|gps|loc|ละติจูด|ลองจิจูด|พิกัด|坐标)\b\s{0,3}[:=.]?", re.IGNORECASE
)
# 5,774 101,0725: only when the text holds nothing else, because these may be prices.
_COMMAS = re.compile(r"(-?\d{1,3}),(\d{2,16})(?:\s{1,3}|\s{0,3}[,;/]\s{1,3}|;)(-?\d{1,3}),(\d{2,16})")
_END = r"(?!\d)(?!\.\d)"
_MINUTES = (
    rf"(?:\s?(?P<d>°)(?:\s?(?P<min>\d{{1,2}}(?:\.\d{{1,16}})?){_END}\s?'"
    rf"(?:\s?(?P<sec>\d{{1,2}}(?:\.\d{{1,16}})?){_END}\s?\")?)?)?"
)
_ANGLE = (
    rf"(?:(?P<pre>(?<![A-Za-z])[NSEW])\s?)?(?P<sign>[-+])?(?P<deg>\d{{1,3}}(?:\.\d{{1,16}})?){_END}{_MINUTES}"
    r"(?(pre)|(?:\s?(?P<post>[NSEW])(?![A-Za-z]))?)"
)


def _numbered(pattern: str, number: int) -> str:
    return re.sub(r"(\?P<|\(\?\()(\w+)", rf"\g<1>\g<2>{number}", pattern)


_PAIR = re.compile(
    rf"(?<!\d)(?<!\d[.,]){_numbered(_ANGLE, 1)}\s{{0,3}}[,;/|]?\s{{0,3}}{_numbered(_ANGLE, 2)}", re.IGNORECASE
)


@dataclass(frozen=True)
class Spot:
    """A place that was read out of words: degrees of WGS 84, and how many metres it may be away from there."""

    latitude: float
    longitude: float
    accuracy_m: int


def spot(latitude: float, longitude: float, *, within_m: float) -> Spot | None:
    """Return None for a point that is not on earth, is 0, 0, or is uncertain by more than COARSEST_M metres."""
    is_on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0, 0)
    if not is_on_earth or not within_m <= COARSEST_M:
        return None
    return Spot(latitude, longitude, max(FINEST_M, math.ceil(within_m)))


def radius_m(latitude: float, height: float, width: float) -> float:
    """Return half the diagonal of a cell in metres; `height` and `width` are in degrees."""
    return math.hypot(height, width * math.cos(math.radians(latitude))) * METRES_PER_DEGREE / 2


def plain(text: str) -> str:
    """Replace the digits of every script by 0 to 9, and the many signs and words for degrees by one of each."""
    digits = "".join(str(decimal(one, one)) for one in text)
    return _SIGN.sub(lambda found: _SIGNS[found.group()], digits)


def spot_in(text: str) -> Spot | None:
    """Return the first plausible pair of degrees: latitude first, unless letters or values show the opposite."""
    text = _LABEL.sub(" ", plain(text))
    if commas := _COMMAS.fullmatch(text.strip(" ().")):
        text = "{}.{}, {}.{}".format(*commas.groups())
    for found in _PAIR.finditer(text):
        rest = text[: found.start()] + text[found.end() :]
        is_alone = not any(map(str.isalnum, rest))
        if spot := _of_pair(found, is_alone=is_alone):
            return spot
    return None


def _of_pair(found: re.Match[str], *, is_alone: bool) -> Spot | None:
    first, second = _Angle.of(found, 1), _Angle.of(found, 2)
    if first is None or second is None:
        return None
    is_turned = _is_near(second, first) if not (first.letter or second.letter) else _is_longitude_first(first, second)
    if is_turned:
        first, second = second, first
    if _is_longitude_first(first, second):
        return None  # both letters name the same direction
    # Numbers with few decimals may be prices, distances or times, unless letters or signs say that they are degrees.
    is_plain = not (first.is_marked and second.is_marked) and max(first.decimals, second.decimals) < 4
    if is_plain and not (is_alone and _is_near(first, second)):
        return None
    within_m = radius_m(first.degrees, first.unit, second.unit)
    return spot(first.degrees, second.degrees, within_m=within_m)


@dataclass(frozen=True)
class _Angle:
    degrees: float
    unit: float  # of its last digit, in degrees
    letter: str
    is_marked: bool  # has a sign or a letter that only degrees have
    decimals: int

    @classmethod
    def of(cls, found: re.Match[str], number: int) -> "_Angle | None":
        deg, minutes, seconds = (found[f"{name}{number}"] or "" for name in ("deg", "min", "sec"))
        letter = (found[f"pre{number}"] or found[f"post{number}"] or "").upper()
        is_marked = bool(found[f"d{number}"] or letter)
        if deg[:2].isdigit() and deg.startswith("0") and not is_marked:
            return None  # it is a telephone number
        if float(minutes or 0) >= 60 or float(seconds or 0) >= 60 or (minutes and "." in deg):
            return None
        size = float(deg) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        last, share = (seconds, 3600) if seconds else (minutes, 60) if minutes else (deg, 1)
        decimals = len(last.partition(".")[2])
        is_negative = (found[f"sign{number}"] == "-") != (letter in ("S", "W"))
        return cls(-size if is_negative else size, 10**-decimals / share, letter, is_marked, decimals)


def _is_longitude_first(first: _Angle, second: _Angle) -> bool:
    return first.letter in {"E", "W"} or second.letter in {"N", "S"}


def _is_near(latitude: _Angle, longitude: _Angle) -> bool:
    """Return whether the degrees lie in Thailand or a country around it."""
    (south, north), (west, east) = _LATITUDES, _LONGITUDES
    return south <= latitude.degrees <= north and west <= longitude.degrees <= east
