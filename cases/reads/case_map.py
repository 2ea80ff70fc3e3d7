"""What the map of a case draws: positions of the person, agencies near, and outlines of the provinces."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, Area
from cases.models import Case, Position, Report
from cases.reads.case_file import Asked
from cases.reads.track import Track
from cases.rings.offering import candidates

AROUND_M = 30_000
NAMES_AROUND = 15
SOURCES = {
    "GPS": gettext_lazy("measured by the phone"),
    "PIN": gettext_lazy("pin that the person set"),
    "AREA": gettext_lazy("area that the person chose"),
    "TEXT": gettext_lazy("in words"),
    "READ": gettext_lazy("read from what the person wrote"),
    "PHOTO": gettext_lazy("where a photo says that it was taken"),
}


def drawn(
    case: Case,
    *,
    reports: Iterable[Report],
    asked: Iterable[Asked],
    now: datetime,
    track: Track | None = None,
) -> dict[str, Any] | None:
    """Return the map as JSON: degrees of WGS 84, latitude first, as in Leaflet. None if there is no point to draw."""
    positions = [position for report in reports for position in report.positions.all() if position.point]
    moving = track.newest if track else None
    if not positions and moving is None:
        return None
    agencies = {near.agency.pk: (near.agency, "") for near in candidates(case, now=now)}
    agencies |= {line.dispatch.agency_id: (line.dispatch.agency, line.dispatch.state) for line in asked}
    last = max([*positions, *filter(None, [moving])], key=_is_surer)
    return {
        "middle": _at(last.point),
        "positions": [_position(position, is_last=position is last) for position in positions],
        "agencies": [_agency(agency, state) for agency, state in agencies.values() if _has_pin(agency)],
        "names": [_name(area) for area in _around(last.point)],
        "outlines": _outlines(case),
    }


def _is_surer(position: Position) -> tuple[int, datetime]:
    return -position.doubt, position.captured_at


def _at(point: Point | None) -> list[float]:
    assert point is not None  # noqa: S101 - for the type checker; what has no point was left out
    return [round(point.y, 5), round(point.x, 5)]


def _position(position: Position, *, is_last: bool) -> dict[str, Any]:
    return {
        "at": _at(position.point),
        "accuracy": position.accuracy_m,
        "moment": position.captured_at.isoformat(),
        "source": str(SOURCES[position.source]),
        "last": is_last,
    }


def _has_pin(agency: Agency) -> bool:
    return agency.point is not None and not agency.location_secret


def _agency(agency: Agency, state: str) -> dict[str, Any]:
    states = {
        "asked": _("no answer yet"),
        "acknowledged": _("takes it"),
        "arrived": _("arrived"),
        "declined": _("cannot"),
    }
    words = f"{agency.name} · {states[state]}" if state in states else agency.name
    return {"at": _at(agency.point), "name": words, "asked": bool(state)}


def _name(area: Area) -> dict[str, Any]:
    return {"at": _at(area.centroid), "name": area.name}


def _around(point: Point | None) -> list[Area]:
    """Return the nearest sub-districts, whose names orient a map without streets."""
    near = Area.objects.sites().filter(centroid__dwithin=(point, D(m=AROUND_M)))
    return list(near.order_by(GeometryDistance("centroid", point))[:NAMES_AROUND])


def _outlines(case: Case) -> list[Any]:
    ours = Area.objects.filter(code__in=case.provinces, boundary__isnull=False)
    outlines = ours.annotate(outline=AsGeoJSON("boundary", precision=3)).values_list("outline", flat=True)
    return [json.loads(outline) for outline in outlines]
