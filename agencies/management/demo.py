"""The demo: the synthetic directory of agencies/data/demo.toml, marked as such, and its officers."""

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point
from django.db import transaction

from agencies.models import Agency, Area, ContactPoint, Duty, Officer, Week
from agencies.models.hours import read_day

FILE = Path(__file__).resolve().parent.parent / "data" / "demo.toml"
CAPITAL = "10"
WHERE = {
    "hours",
    "per",
    "provinces",
    "not_in",
    "districts",
    "name_th",
    "name_en",
}  # others: fields of Agency


class NoAreas(Exception):
    """The areas, on which the directory depends, are not loaded."""


@dataclass(frozen=True)
class Place:
    """Where one office of a type is; `code` names it in its e-mail address."""

    code: str
    province: Area | None
    district: Area | None
    centre: Point

    def names(self) -> dict[str, str]:
        if self.province is None or self.district is None:
            return {}
        is_bangkok = self.province.code == CAPITAL
        # The first district is called เมืองยะลา, and the town in it ยะลา.
        town = self.province if self.district.code.endswith("01") else self.district
        return {
            "province": self.province.name_th if is_bangkok else f"จังหวัด{self.province.name_th}",
            "name": self.province.name_th,
            "name_en": self.province.name_en,
            "district": self.district.name_th,
            "district_en": self.district.name_en,
            "town": town.name_th,
            "town_en": town.name_en,
        }


@transaction.atomic
def load(*, now: datetime) -> tuple[int, int]:
    """Add what is missing and change nothing else. Return how many agencies and officers are new."""
    plan = tomllib.loads(FILE.read_text(encoding="utf-8"))
    known = set(Agency.objects.filter(is_demo=True).values_list("kind", "name_th"))
    made = [(place, agency) for place, agency in _agencies(plan) if (agency.kind, agency.name_th) not in known]
    Agency.objects.bulk_create([agency for _, agency in made])
    ContactPoint.objects.bulk_create(point for place, agency in made for point in _contact_points(place, agency, now))
    officers = _load_officers(plan)
    _load_shifts(plan, now=now)
    return len(made), officers


def _agencies(plan: dict[str, Any]) -> Iterator[tuple[Place, Agency]]:
    pin_hash = make_password(plan["pin"])  # one hash for all, because hashing takes 0.1 s and nothing here is real
    gazetteer = Gazetteer(plan["seats"])
    weeks = {name: Week.of_days(read_day(day) for day in days) for name, days in plan["hours"].items()}
    for number, office in enumerate(plan["office"]):
        fields = {name: value for name, value in office.items() if name not in WHERE}
        for place in gazetteer.places_of(office):
            yield (
                place,
                Agency(
                    name_th=office["name_th"].format(**place.names()),
                    name_en=office["name_en"].format(**place.names()),
                    province=place.province,
                    district=place.district,
                    point=_beside(place.centre, number),
                    pin_hash=pin_hash,
                    is_demo=True,
                    hours=weeks.get(office.get("hours", "")),
                    **{"languages": ["th"], **fields},
                ),
            )


def _beside(centre: Point, number: int) -> Point:
    # 300 to 1,500 m away, in another direction for each type, and the same in every run.
    metres, angle = 300 + 40 * number, number * math.radians(137.5)
    degrees = metres / 111_000
    return Point(centre.x + degrees * math.cos(angle), centre.y + degrees * math.sin(angle), srid=4326)


def _contact_points(place: Place, agency: Agency, now: datetime) -> Iterator[ContactPoint]:
    host = f"{agency.kind}-{place.code}".lower().replace("_", "-")
    for audience in ContactPoint.Audience:
        address = f"{audience.lower()}@{host}.example"
        yield ContactPoint(agency=agency, audience=audience, address=address, verified_at=now, confirmed_at=now)


def _load_officers(plan: dict[str, Any]) -> int:
    known = set(Officer.objects.values_list("username", flat=True))
    wanted = [dict(officer) for officer in plan["officer"] if officer["username"] not in known]
    for fields in wanted:
        kind, district = fields.pop("agency")
        agency = Agency.objects.get(is_demo=True, kind=kind, district=district or None)
        Officer.objects.create_user(agency=agency, password=plan["password"], **fields)
    return len(wanted)


def _load_shifts(plan: dict[str, Any], *, now: datetime) -> None:
    officers = {officer.username: officer for officer in Officer.objects.filter(agency__is_demo=True)}
    if Duty.objects.filter(officer__in=officers.values()).exists():
        return
    # From the full hour on, so that somebody is on duty now.
    full_hour = now.replace(minute=0, second=0, microsecond=0)
    Duty.objects.bulk_create(
        Duty(
            agency_id=officers[shift["officer"]].agency_id,
            officer=officers[shift["officer"]],
            starts_at=full_hour + start,
            ends_at=full_hour + start + timedelta(hours=shift["hours"]),
            planned_by=officers[shift["planned_by"]],
        )
        for shift in plan["shift"]
        for start in (timedelta(days=day, hours=shift["after"]) for day in shift["days"])
    )


class Gazetteer:
    """The provinces and districts, and where the town of each is."""

    def __init__(self, seats: dict[str, list[float]]) -> None:
        self.provinces = {area.code: area for area in Area.objects.provinces().order_by("code")}
        if not self.provinces:
            raise NoAreas
        self.districts = {area.code: area for area in Area.objects.filter(level=Area.Level.DISTRICT).order_by("code")}
        first = Area.objects.filter(level=Area.Level.SUB_DISTRICT, code__endswith="01", centroid__isnull=False)
        self.towns = {code[:4]: centroid for code, centroid in first.values_list("code", "centroid")}
        self.towns |= {code: Point(longitude, latitude, srid=4326) for code, (longitude, latitude) in seats.items()}

    def places_of(self, office: dict[str, Any]) -> Iterator[Place]:
        if office.get("per") == "country":
            yield Place("th", None, None, self._centre(f"{CAPITAL}01"))
            return
        for code in office.get("districts") or self._districts_of(office):
            yield Place(code, self.provinces[code[:2]], self.districts[code], self._centre(code))

    def _districts_of(self, office: dict[str, Any]) -> Iterator[str]:
        everywhere = office.get("per") == "district"
        for code in self.districts:
            is_asked = code[:2] in office.get("provinces", self.provinces) and code[:2] not in office.get(
                "not_in", []
            )
            if is_asked and (everywhere or code.endswith("01")):
                yield code

    def _centre(self, district: str) -> Point:
        found = self.towns.get(district) or self.districts[district].centroid or self.provinces[district[:2]].centroid
        assert found is not None, district  # noqa: S101 - each province of areas.csv has one
        return found
