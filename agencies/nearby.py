"""The nearest agencies that can help, each with the reason why it was chosen."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from agencies.models import Agency

# Never told by itself: a person without papers must be able to press (promise 4).
NEVER_AUTOMATIC = (Agency.Kind.IMMIGRATION, Agency.Kind.EMBASSY)


@dataclass(frozen=True)
class Nearby:
    agency: Agency
    metres: int | None  # None: the location is secret, and so is its distance

    @property
    def kilometres(self) -> float | None:
        return None if self.metres is None else round(self.metres / 1000, 1)


def around(point: Point, *, within_m: int, how_many: int) -> list[Nearby]:
    """Whoever is there, nearest first, for those who want to know why somebody was not chosen."""
    found = Agency.objects.active().filter(point__dwithin=(point, D(m=within_m)))
    found = found.annotate(metres=Distance("point", point)).order_by(GeometryDistance("point", point))[:how_many]
    return [Nearby(agency, None if agency.location_secret else round(agency.metres.m)) for agency in found]


def nearest(
    point: Point,
    *,
    within_m: int,
    how_many: int,
    capability: str | None = None,
    kinds: Collection[str] = (),
    except_for: Collection[int] = (),
) -> list[Nearby]:
    """At most `how_many` active agencies within `within_m` metres of `point` (WGS 84), nearest first."""
    found = Agency.objects.active().filter(point__dwithin=(point, D(m=within_m))).exclude(kind__in=NEVER_AUTOMATIC)
    if capability:
        found = found.able_to(capability)
    if kinds:
        found = found.filter(kind__in=kinds)
    if except_for:
        found = found.exclude(pk__in=except_for)
    # GeometryDistance is the spelling that walks the index; ordering by Distance reads all rows.
    found = found.annotate(metres=Distance("point", point)).order_by(GeometryDistance("point", point))[:how_many]
    return [Nearby(agency, None if agency.location_secret else round(agency.metres.m)) for agency in found]
