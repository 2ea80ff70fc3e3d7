"""The demo directory of agencies/data/demo.toml: synthetic, marked so, and the officers who log in to it."""

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point
from django.db import transaction

from agencies.models import Agency, Area, ContactPoint, Officer

FILE = Path(__file__).resolve().parent.parent / "data" / "demo.toml"
CAPITAL = "10"
WHERE = {"per", "provinces", "not_in", "districts", "name_th", "name_en"}  # the rest are fields of Agency


class NoAreas(Exception):
    """The directory stands on the areas."""


@dataclass(frozen=True)
class Place:
    """Where one office of a type stands; `code` names it in its e-mail address."""

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
    """What is not there yet is added; what is there stays. Returns how many agencies and officers are new."""
    plan = tomllib.loads(FILE.read_text(encoding="utf-8"))
    known = set(Agency.objects.filter(is_demo=True).values_list("kind", "name_th"))
    made = [(place, agency) for place, agency in _agencies(plan) if (agency.kind, agency.name_th) not in known]
    Agency.objects.bulk_create([agency for _, agency in made])
    ContactPoint.objects.bulk_create(point for place, agency in made for point in _contact_points(place, agency, now))
    return len(made), _load_officers(plan)


def _agencies(plan: dict[str, Any]) -> Iterator[tuple[Place, Agency]]:
    pin_hash = make_password(plan["pin"])  # one for all: hashing takes 0.1 s, and nothing here is real
    gazetteer = Gazetteer(plan["seats"])
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
                    **{"languages": ["th"], **fields},
                ),
            )


def _beside(centre: Point, number: int) -> Point:
    """Some 300 to 1,500 m from the centre, in another direction for each type: the same at every run."""
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
