"""Loading areas and hotlines from the files in agencies/data."""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.contrib.gis.geos import Point
from django.db import transaction

from agencies.models import Area, Hotline

DATA = Path(__file__).resolve().parent.parent / "data"
FIELDS = ["level", "parent", "name_th", "name_en", "postal_code", "centroid"]


@transaction.atomic
def load_areas() -> int:
    """Write the areas of the files over those of the same code; keep all others. Return how many the files have."""
    areas = [*_areas_of("areas.csv"), *_areas_of("abroad.csv")]
    Area.objects.bulk_create(
        areas, batch_size=2_000, update_conflicts=True, unique_fields=["code"], update_fields=FIELDS
    )
    return len(areas)


def _areas_of(name: str) -> Iterator[Area]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            place = row.pop("longitude"), row.pop("latitude")
            row.setdefault("level", Area.Level.ABROAD)
            parent = row["code"][:-2] if row["level"] in {Area.Level.DISTRICT, Area.Level.SUB_DISTRICT} else None
            centroid = Point(float(place[0]), float(place[1]), srid=4326) if all(place) else None
            yield Area(parent_id=parent, centroid=centroid, **row)


def load_hotlines() -> int:
    hotlines = Hotline.from_file()
    fields = ["name_th", "name_en", "names", "languages", "order", "is_shown_first", "source", "checked_on"]
    Hotline.objects.bulk_create(hotlines, update_conflicts=True, unique_fields=["number"], update_fields=fields)
    return len(hotlines)
