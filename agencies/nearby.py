"""The nearest agencies that can help, with the facts by which they were chosen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from agencies.models import Agency, Presence, with_presence
from agencies.models.agency import AgencyQuerySet
from agencies.models.presence import ABSENT

# No ring tells these: a person without papers must be able to press (promise 4).
NEVER_AUTOMATIC = (Agency.Kind.IMMIGRATION, Agency.Kind.EMBASSY)


@dataclass(frozen=True)
class Nearby:
    agency: Agency
    metres: int | None  # None: the location is secret, and so is its distance
    presence: str = ""  # a Presence, or "" when neither duty nor hours are known

    @property
    def kilometres(self) -> float | None:
        return None if self.metres is None else round(self.metres / 1000, 1)

    @property
    def presence_words(self) -> str:
        return str(Presence(self.presence).label) if self.presence else ""


def around(point: Point, *, within_m: int, how_many: int, now: datetime) -> list[Nearby]:
    """Return the nearest agencies of any kind, to explain why one was not chosen. `within_m` in metres."""
    found = Agency.objects.active().filter(point__dwithin=(point, D(m=within_m)))
    found = with_presence(found, now=now).annotate(metres=Distance("point", point))
    return [_nearby(agency) for agency in found.order_by(GeometryDistance("point", point))[:how_many]]


def nearest(
    point: Point,
    *,
    within_m: int,
    how_many: int,
    now: datetime,
    capability: str | None = None,
    kinds: Collection[str] = (),
    except_for: Collection[int] = (),
    except_kinds: Collection[str] = (),
    at_any_hour: bool = False,
) -> list[Nearby]:
    """Return at most `how_many` active agencies within `within_m` metres of `point` (WGS 84), nearest first.

    Agencies that are closed at `now`, or that plan duty and have nobody on duty, come last, and only where too few
    others are in reach: hours never make the list shorter. With `at_any_hour` the hours are ignored.
    """
    able = _able(capability=capability, kinds=kinds, except_for=except_for)
    able = able.exclude(kind__in=except_kinds).filter(point__dwithin=(point, D(m=within_m)))
    # GeometryDistance uses the index; ordering by Distance would read all rows.
    by_distance = with_presence(able, now=now).annotate(metres=Distance("point", point))
    by_distance = by_distance.order_by(GeometryDistance("point", point))
    found = list(by_distance[:how_many])
    absent = [agency for agency in found if agency.presence in ABSENT]
    if absent and not at_any_hour:
        # Fewer than wanted means all in reach, so no second query is needed.
        is_all = len(found) < how_many
        ready = [a for a in found if a not in absent] if is_all else by_distance.exclude(presence__in=ABSENT)
        found = [*ready[:how_many], *absent][:how_many]
    return [_nearby(agency) for agency in found]


def _able(*, capability: str | None, kinds: Collection[str], except_for: Collection[int]) -> AgencyQuerySet:
    found = Agency.objects.active().exclude(kind__in=NEVER_AUTOMATIC)
    if capability:
        found = found.able_to(capability)
    if kinds:
        found = found.filter(kind__in=kinds)
    if except_for:
        found = found.exclude(pk__in=except_for)
    return found


def _nearby(agency: Agency) -> Nearby:
    metres = None if agency.location_secret else round(agency.metres.m)  # type: ignore[attr-defined]
    return Nearby(agency, metres, agency.presence)  # type: ignore[attr-defined]
