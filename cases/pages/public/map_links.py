"""Read a place out of the link of a map, which is never fetched. A short link (maps.app.goo.gl) stays words."""

import math
import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from cases.pages.public.degrees import Spot, radius_m, spot, spot_in
from cases.pages.public.plus_codes import spot_of_code

LINK = re.compile(
    r"(?:https?://|geo:)\S{1,2000}|(?:[\w-]{1,20}\.){0,3}(?:google|apple|openstreetmap)\.[a-z.]{2,6}/\S{1,2000}",
    re.IGNORECASE,
)
# The mark comes before the middle of the view: somebody may have moved the map before copying its address.
_PLACES = ("q", "query", "ll", "coordinate", "destination", "daddr")
_NUMBER = r"(-?\d{1,3}(?:\.\d{1,16})?)"
_MARK = re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}")
_VIEW = re.compile(rf"@{_NUMBER},{_NUMBER}(?:,(\d{{1,7}}(?:\.\d{{1,9}})?)([zm]))?")
_OSM_VIEW = re.compile(rf"map=(\d{{1,2}}(?:\.\d{{1,9}})?)/{_NUMBER}/{_NUMBER}")
_UNCERTAIN = re.compile(r";u=(\d{1,7})")

# Web Mercator, tiles of 256 pixels (wiki.openstreetmap.org, "Zoom levels"): metres a pixel at the equator, zoom 0.
PIXEL_M = 156_543
HALF_A_SCREEN = 200  # pixels of a telephone held upright


def spot_of_link(link: str) -> Spot | None:
    """Return the place of the link's mark; without one, the middle of the view, uncertain by half the view."""
    with suppress(ValueError):  # it is no address
        return next(_places(link), None)
    return None


def _places(link: str) -> Iterator[Spot]:
    address = urlsplit(link if ":" in link[:8] else f"https://{link}")
    asked = dict(parse_qsl(address.query))
    path = unquote_plus(address.path.replace("+", "%2B" if "plus.codes" in link else "+"))
    said = [_pair(asked.get("mlat", ""), asked.get("mlon", ""))]
    said += [_pair(*mark) for mark in _MARK.findall(path)[-1:]]
    said += [_words(asked[name]) for name in _PLACES if name in asked]
    said += _in_path(path) if address.scheme.lower() != "geo" else [_of_geo(address.path)]
    said += [_of_view(path), _of_osm_view(address.fragment)]
    yield from (place for place in said if place)


def _pair(latitude: str, longitude: str, *, within_m: float = 0) -> Spot | None:
    """Return the point, uncertain by what its digits leave open, or by `within_m` metres when that is more."""
    if not latitude or not longitude:
        return None
    units = [10.0 ** -len(number.partition(".")[2]) for number in (latitude, longitude)]
    exact_m = radius_m(float(latitude), *units)
    return spot(float(latitude), float(longitude), within_m=max(within_m, exact_m))


def _words(text: str) -> Spot | None:
    words = text.partition("(")[0]  # a label follows in brackets
    return spot_of_code(words) or spot_in(words)


def _in_path(path: str) -> list[Spot | None]:
    """Read /maps/place/5.774,101.0725. Return nothing for a route, because either end of it may be meant."""
    steps = [step for step in path.split("/") if step and not step.startswith(("@", "data="))]
    found = [place for place in map(_words, steps) if place]
    return [found[0]] if len(found) == 1 else []


def _of_geo(path: str) -> Spot | None:
    """Read geo:5.774,101.0725;u=35 (RFC 5870), where u is in metres."""
    numbers, uncertain = path.partition(";")[0].split(","), _UNCERTAIN.search(path)
    return _pair(*numbers[:2], within_m=float(uncertain[1]) if uncertain else 0) if len(numbers) > 1 else None


def _of_view(path: str) -> Spot | None:
    """Read @5.774,101.0725,17z, a zoom, or @5.774,101.0725,845m, where 845 m is the height of a satellite view."""
    found = _VIEW.search(path)
    if not found:
        return None
    latitude, longitude, number, kind = found.groups()
    if kind == "z":
        return _pair(latitude, longitude, within_m=_half_view_m(latitude, number))
    return _pair(latitude, longitude, within_m=float(number or 0) / 2)


def _of_osm_view(fragment: str) -> Spot | None:
    found = _OSM_VIEW.search(fragment)
    return _pair(found[2], found[3], within_m=_half_view_m(found[2], found[1])) if found else None


def _half_view_m(latitude: str, zoom: str) -> float:
    return HALF_A_SCREEN * PIXEL_M * math.cos(math.radians(float(latitude))) / 2 ** min(float(zoom), 30)
