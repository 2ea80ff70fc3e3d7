"""Whom a ring tells, and why: of a case, or of an imagined alert."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.gis.geos import Point

from agencies.models import Agency, Area, Capability, with_presence
from agencies.models.agency import AgencyQuerySet
from agencies.nearby import nearest
from cases.models import Case, Dispatch, Position, Report
from cases.privacy.consents import Answers
from cases.rings.bounds import Bounds, may_tell_now
from cases.rings.plan import BY_SOCIAL_WORKERS, CANARY, CUSTODIAN, Ring, Tells, ring_of

Why = Dispatch.Why


@dataclass(frozen=True)
class Target:
    agency: Agency
    why: Dispatch.Why
    metres: int | None = None  # None: not measured, or the place is secret
    presence: str = ""  # a Presence: is somebody there now? "": not known


@dataclass(frozen=True)
class Situation:
    """All that the choice of agencies depends on. It needs no case, so that a preview can use it too."""

    province: str | None
    second_province: str | None
    is_abroad: bool
    may_tell: str
    now: datetime
    ring: int = 1
    is_last_ring: bool = False  # hours no longer count: whoever is nearest is told
    point: Point | None = None
    asked: frozenset[int] = field(default_factory=frozenset)  # pks of the agencies that were asked before
    refused: frozenset[str] = field(default_factory=frozenset)  # kinds that the person does not want to know

    @property
    def is_open(self) -> bool:
        """May others than social workers be told?"""
        return self.may_tell == Report.MayTell.NEAREST_HELP

    @property
    def provinces(self) -> list[str]:
        return [code for code in (self.province, self.second_province) if code]


def situation_of(case: Case, *, asked: frozenset[int], answers: Answers, now: datetime) -> Situation:
    """Return what the choice for this case depends on. `asked`: agencies that have it; `answers`: who may know."""
    return Situation(
        province=case.province_id,
        second_province=case.second_province_id,
        is_abroad=case.is_abroad,
        may_tell=may_tell_now(case),
        now=now,
        ring=case.ring,
        is_last_ring=ring_of(case, case.ring)[1],
        point=point_of(case),
        asked=asked,
        refused=Bounds(case, answers).refused_kinds,
    )


def point_of(case: Case) -> Point | None:
    """Return the best known point: measured or pinned, else read out of words, else the middle of the named area.

    Ring 1 does without the middle of a whole province, which may be 70 km from the person.
    """
    positions = Position.objects.filter(report__case=case).surest_first()
    measured: Point | None = positions.filter(point__isnull=False).values_list("point", flat=True).first()
    if measured:
        return measured
    named = positions.filter(area__centroid__isnull=False)
    if case.ring <= 1:
        named = named.exclude(area__level=Area.Level.PROVINCE)
    return named.values_list("area__centroid", flat=True).first()


def targets(situation: Situation, ring: Ring) -> list[Target]:
    """Return whom this ring tells. It reads the directory and writes nothing."""
    return list(_each_target(situation, ring))


def _each_target(situation: Situation, ring: Ring) -> Iterator[Target]:
    tells = ring["tells"]
    if CANARY in tells:
        yield from _all(Agency.objects.canary(), Why.CANARY, now=situation.now)
    if CUSTODIAN in tells:
        yield from _all(Agency.objects.custodians(), Why.CUSTODIAN, now=situation.now)
    if Tells.DESK in tells:
        yield from _desks(situation)
    if Tells.NEAREST in tells:
        yield from nearest_able(situation, ring)
    if Tells.NEIGHBOUR_DESKS in tells:
        yield from _neighbour_desks(situation, ring)
    if Tells.NATIONAL_DESK in tells:
        yield from national_desk(now=situation.now)


def national_desk(*, now: datetime) -> Iterator[Target]:
    return _all(Agency.objects.last_resort(), Why.NATIONAL_DESK, now=now)


def _all(agencies: AgencyQuerySet, why: Dispatch.Why, *, now: datetime) -> Iterator[Target]:
    """Return all of these, whether somebody is there or not; their `presence` says which."""
    found = with_presence(agencies, now=now)
    return (Target(agency, why, presence=agency.presence) for agency in found)


def _desks(situation: Situation) -> Iterator[Target]:
    """Return the province's desk and, near a border, the next one's. Without a desk, or abroad: the national desk."""
    found = _all(Agency.objects.desk_of(*situation.provinces), Why.DESK, now=situation.now)
    desks = {target.agency.province_id: target for target in found}
    if first := desks.get(situation.province):
        yield first
    if second := desks.get(situation.second_province):
        yield replace(second, why=Why.SECOND_DESK)
    if not first or situation.is_abroad:
        yield from national_desk(now=situation.now)


def nearest_able(situation: Situation, ring: Ring) -> Iterator[Target]:
    """Return the nearest capable agencies.

    If the person allowed social workers only: social agencies, and none in ring 1. Without a known place: none.
    """
    point, is_open = situation.point, situation.is_open
    if point is None:
        return
    if situation.is_abroad and not situation.province:
        return  # Thai officers cannot cross
    if not is_open and situation.ring == 1:
        return
    found = nearest(
        point,
        within_m=ring["radius_m"],
        how_many=ring["how_many"],
        capability=capability_asked(situation, ring),
        kinds=kinds_asked(situation, ring),
        except_for=situation.asked,
        except_kinds=situation.refused,
        now=situation.now,
        at_any_hour=situation.is_last_ring,
    )
    yield from (Target(near.agency, Why.NEAREST, near.metres, near.presence) for near in found)


def capability_asked(situation: Situation, ring: Ring) -> str:
    """Return the capability that the ring looks for, or SOCIAL_WORK where the person did not allow more."""
    capability = ring["capability"]
    is_theirs = situation.is_open or capability in BY_SOCIAL_WORKERS
    return capability if is_theirs else Capability.SOCIAL_WORK


def kinds_asked(situation: Situation, ring: Ring) -> list[str]:
    """Return the kinds that the ring looks for; an empty list means all.

    A ring can narrow what the person allowed, and never widen it.
    """
    kinds = list(ring.get("kinds", []))
    if situation.is_open:
        return kinds
    return [kind for kind in kinds if kind in Agency.SOCIAL_KINDS] or list(Agency.SOCIAL_KINDS)


def _neighbour_desks(situation: Situation, ring: Ring) -> Iterator[Target]:
    point = situation.point
    if point is None and situation.province:
        point = Area.objects.get(code=situation.province).centroid
    if point is None:
        return
    found = nearest(
        point,
        within_m=ring["radius_m"],
        how_many=ring["how_many"],
        kinds=[Agency.Kind.PSDHS],
        except_for=situation.asked,
        now=situation.now,
        at_any_hour=situation.is_last_ring,
    )
    yield from (Target(near.agency, Why.NEIGHBOUR_DESK, near.metres, near.presence) for near in found)
