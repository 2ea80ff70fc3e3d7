"""Read the place in a form: degrees that a phone measured, the code of an area, or words."""

import math
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from cases.flow.intake import Fix
from cases.models import Position, Report
from cases.pages.public.degrees import spot_in
from cases.pages.public.map_links import LINK, spot_of_link
from cases.pages.public.plus_codes import spot_of_code
from cases.pages.public.posted import Posted

EARTH_M = 20_000_000
FRESH = timedelta(days=1)
LONGEST_READ = 2_000  # characters
AREA_CODE = re.compile(r"(\d{2}){1,3}", re.ASCII)


def fix_in(posted: Posted, *, now: datetime) -> Fix | None:
    """Return the measured or pinned point (WGS 84). Mark a point that makes no sense, and keep its words."""
    written = [posted.text(name) for name in ("latitude", "longitude")]
    if not any(written):
        return None
    latitude, longitude = (_number(text) for text in written)
    if not _is_on_earth(latitude, longitude):
        posted.mark(Report.Mark.BAD_POSITION)
        posted.unusable.append(f"[latitude {written[0][:100]}, longitude {written[1][:100]}]")
        return None
    accuracy = _number(posted.text("accuracy"))
    is_pin = posted.text("source") == Position.Source.PIN
    return Fix(
        longitude=longitude,
        latitude=latitude,
        accuracy_m=round(accuracy) if 0 <= accuracy <= EARTH_M else None,
        captured_at=_moment(posted.text("captured_at"), now=now),
        source=Position.Source.PIN if is_pin else Position.Source.GPS,
    )


def moment_of_age(posted: Posted, *, now: datetime) -> datetime | None:
    """Return when the point was measured, from its age in milliseconds, because the phone's clock may be wrong."""
    age = _number(posted.text("age"))
    return now - timedelta(milliseconds=age) if 0 <= age < FRESH / timedelta(milliseconds=1) else None


def fix_read(text: str, *, near: str = "") -> Fix | None:
    """Return the place in the words: pasted degrees, the link of a map or a Plus Code. Else None: they stay words.

    No link is ever fetched. A short Plus Code is completed by `near`, the code of a known area (TIS 1099).
    """
    text = text[:LONGEST_READ]
    links, words = LINK.findall(text), LINK.sub(" ", text)
    spots = (*map(spot_of_link, links), spot_of_code(words, near=near) or spot_in(words))
    found = next((spot for spot in spots if spot), None)
    if found is None:
        return None
    return Fix(
        longitude=found.longitude,
        latitude=found.latitude,
        accuracy_m=found.accuracy_m,
        source=Position.Source.READ,
    )


def area_in(posted: Posted) -> str:
    """Return the posted code of an area (TIS 1099), or ""."""
    code = posted.text("area")
    if code and not AREA_CODE.fullmatch(code):
        posted.mark(Report.Mark.BAD_CHOICE)
        return ""
    return code


def _number(text: str) -> float:
    """Read 5.774, 5,774 or ๕.๗๗๔. Return NaN, which compares false with everything, when it is no number."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


def _is_on_earth(latitude: float, longitude: float) -> bool:
    """Return False for 0, 0 too: a broken receiver sends it."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0, 0)


def _moment(text: str, *, now: datetime) -> datetime | None:
    """Read milliseconds since 1970 on the phone's clock. Return None when that clock is a day or more wrong."""
    with suppress(ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(float(text) / 1000, tz=UTC)
        return moment if abs(now - moment) < FRESH else None
    return None
