"""Whom the rings would tell of an imagined alert, and why. Nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.areas import Located
from agencies.models import Agency, ContactPoint, Presence
from agencies.nearby import NEVER_AUTOMATIC, Nearby, around
from cases.rings import choosing
from cases.rings.addressees import first_contacts
from cases.rings.choosing import Situation, Target
from cases.rings.plan import SEALED, Policy, Ring, Tells, policy_for, required

LOOKED_AT = 60  # of those around, nearest first: whom the rings passed over, and why
NAMED = 8  # in each ring


class Reason(models.TextChoices):
    """Why an agency nearby is not told in this ring."""

    NEVER = "NEVER", _("never told by itself")
    BOUND = "BOUND", _("beyond what the person allowed")
    KIND = "KIND", _("not among the kinds of this ring")
    UNABLE = "UNABLE", _("cannot do what this ring asks for")
    ABSENT = "ABSENT", _("closed, or nobody on duty; others are there")
    ENOUGH = "ENOUGH", _("others are nearer")
    FIRST_RING = "FIRST_RING", _("social workers only: not before ring 2")
    ABROAD = "ABROAD", _("abroad: they cannot cross the border")


@dataclass(frozen=True)
class ImaginedPlace:
    """Where the imagined alert is: a point, or the middle of an area. `is_rough`: of a whole province."""

    located: Located
    point: Point | None
    is_rough: bool = False


@dataclass(frozen=True)
class ToldAgency:
    target: Target
    contact: ContactPoint | None  # None: no message reaches them, so somebody has to telephone

    @property
    def is_secret(self) -> bool:
        """True if its name must be hidden: a map that names it again and again would show where it is."""
        return self.target.agency.location_secret and self.target.metres is None

    @property
    def presence_words(self) -> str:
        return str(Presence(self.target.presence).label) if self.target.presence else ""

    @property
    def kilometres(self) -> float | None:
        return None if self.target.metres is None else round(self.target.metres / 1000, 1)


@dataclass(frozen=True)
class Skipped:
    near: Nearby
    reason: Reason


@dataclass(frozen=True)
class Step:
    """One ring: when it goes out if nobody answers before, whom it tells, and whom it passes over."""

    number: int
    after: timedelta
    ring: Ring
    told: list[ToldAgency]
    skipped: list[Skipped] = field(default_factory=list)
    supervisors: list[ToldAgency] = field(default_factory=list)
    is_last: bool = False


@dataclass(frozen=True)
class Preview:
    policy: Policy
    requires: list[str]
    steps: list[Step]
    place: ImaginedPlace


def preview_rings(
    *,
    place: ImaginedPlace,
    urgency: str,
    may_tell: str,
    now: datetime,
    is_sealed: bool = False,
    proposed: Policy | None = None,
) -> Preview:
    """Walk through the rings that count there now, or through `proposed` ones, choosing as for a real alert."""
    here = place.located
    policy = SEALED if is_sealed else proposed or policy_for(province=here.province, urgency=urgency)
    # `now` holds for all rings: who will be there in ten minutes is not guessed.
    situation = Situation(
        province=here.province,
        second_province=here.second_province,
        is_abroad=here.is_abroad,
        may_tell=may_tell,
        now=now,
        point=place.point,
    )
    steps = _with_contacts(list(_walk(situation, policy.rings, is_rough=place.is_rough)))
    steps = _with_skipped(steps, situation) if place.point and not is_sealed else steps
    return Preview(policy, required(policy, may_tell=may_tell), steps, place)


def _walk(situation: Situation, rings: list[Ring], *, is_rough: bool) -> Iterator[Step]:
    """Go on as escalating.py does: a ring that asks nobody gives way at once, and nobody is asked twice."""
    after, asked = timedelta(), set[int]()
    for number, ring in enumerate(rings, start=1):
        point = None if is_rough and number == 1 else situation.point
        is_last = number == len(rings)
        here = replace(situation, ring=number, is_last_ring=is_last, point=point, asked=frozenset(asked))
        found = {target.agency.pk: target for target in choosing.targets(here, ring)}
        fresh = [target for pk, target in found.items() if pk not in asked]
        asked |= {target.agency.pk for target in fresh}
        yield Step(number, after, ring, [ToldAgency(target, None) for target in fresh], is_last=is_last)
        if fresh:
            after += timedelta(minutes=ring["minutes"])


def _with_contacts(steps: list[Step]) -> list[Step]:
    agencies = [told.target.agency.pk for step in steps for told in step.told]
    duty = first_contacts(agencies)
    supervisors = first_contacts(agencies, ContactPoint.Audience.SUPERVISOR)
    found, desks = [], list[Target]()
    for step in steps:
        desks += [told.target for told in step.told if told.target.agency.kind in Agency.SOCIAL_KINDS]
        called = desks if Tells.SUPERVISOR in step.ring["tells"] else []
        found.append(
            replace(
                step,
                told=[ToldAgency(told.target, duty.get(told.target.agency.pk)) for told in step.told],
                supervisors=[ToldAgency(target, supervisors.get(target.agency.pk)) for target in called],
            )
        )
    return found


def _with_skipped(steps: list[Step], situation: Situation) -> list[Step]:
    """Add the agencies that each ring passes over, with one query for all rings.

    Agencies at a secret place are left out, because the list would show where they are.
    """
    searching = [step.ring["radius_m"] for step in steps if Tells.NEAREST in step.ring["tells"]]
    if not searching or situation.point is None:
        return steps
    near = around(situation.point, within_m=max(searching), how_many=LOOKED_AT, now=situation.now)
    passed = [one for one in near if one.metres is not None]
    told, found = set[int](), []
    for step in steps:
        told |= {one.target.agency.pk for one in step.told}
        over = list(_passed_over(step, passed, told, situation)) if Tells.NEAREST in step.ring["tells"] else []
        found.append(replace(step, skipped=over[:NAMED]))
    return found


def _passed_over(step: Step, near: list[Nearby], told: set[int], situation: Situation) -> Iterator[Skipped]:
    here = replace(situation, ring=step.number)
    for one in near:
        if one.agency.pk not in told and one.metres is not None and one.metres <= step.ring["radius_m"]:
            yield Skipped(one, _reason(one, here, step.ring))


def _reason(near: Nearby, here: Situation, ring: Ring) -> Reason:
    """Return the first reason that applies. It repeats in words what choosing.nearest_able asks the directory."""
    agency, kinds = near.agency, choosing.kinds_asked(here, ring)
    applies = {
        Reason.NEVER: agency.kind in NEVER_AUTOMATIC,
        Reason.ABROAD: here.is_abroad and not here.province,
        Reason.BOUND: not here.is_open and agency.kind not in Agency.SOCIAL_KINDS,
        Reason.FIRST_RING: not here.is_open and here.ring == 1,
        Reason.KIND: bool(kinds) and agency.kind not in kinds,
        Reason.UNABLE: choosing.capability_asked(here, ring) not in agency.capabilities,
        Reason.ABSENT: near.presence in (Presence.CLOSED, Presence.NOBODY) and not here.is_last_ring,
    }
    return next((reason for reason, is_so in applies.items() if is_so), Reason.ENOUGH)
