"""Rings: whom the plan tells now, and whom next when nobody acknowledged in time."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db import transaction

from agencies.models import Agency, Area, Capability
from agencies.nearby import nearest
from cases.flow.dispatching import asking
from cases.flow.dispatching.asking import Target
from cases.flow.dispatching.bounds import may_tell_now
from cases.flow.dispatching.plan import CUSTODIAN, Ring, Tells, ring_of
from cases.models import Case, CaseEvent, Dispatch, Position, Report
from cases.privacy import history
from cases.privacy.actor import REPORTER, SYSTEM, Actor

logger = logging.getLogger(__name__)


def start(*, case: Case, by: Actor, now: datetime) -> None:
    """The first ring. The caller has just created the case, in the same transaction."""
    _advance(case, by=by, now=now)


def escalate_overdue(*, now: datetime) -> int:
    """The next ring for each case that nobody holds in time. One case's failure never stops the next one."""
    escalated = 0
    for pk in list(Case.objects.overdue(now=now).order_by("next_ring_at").values_list("pk", flat=True)):
        try:
            escalated += _escalate(pk, now=now)
        except Exception:
            logger.exception("case %s could not be escalated", pk)
    return escalated


@transaction.atomic
def _escalate(pk: int, *, now: datetime) -> bool:
    # Looked at again under its lock: somebody may have acknowledged meanwhile.
    case = Case.objects.overdue(now=now).select_for_update(of=["self"], skip_locked=True).filter(pk=pk).first()
    if case is None:
        return False
    _advance(case, by=SYSTEM, now=now)
    return True


@transaction.atomic
def place_known(*, case: Case, now: datetime) -> None:
    """A place arrived after the case was opened: those whom the first rings missed are asked now."""
    case = Case.objects.select_for_update(of=["self"]).get(pk=case.pk)
    if case.closed_at or case.held_at:
        return
    targets = [t for number in range(1, case.ring + 1) for t in _targets(case, ring_of(case, number)[0])]
    ring, _ = ring_of(case, case.ring)
    if asking.ask(case, targets, due_in=timedelta(minutes=ring["minutes"]), by=REPORTER, now=now):
        case.next_ring_at = now + timedelta(minutes=ring["minutes"])
        case.save(update_fields=["next_ring_at"])


def _advance(case: Case, *, by: Actor, now: datetime) -> None:
    """Move to the next ring that tells anybody; the last one is told again and again, and is red."""
    while True:
        ring, is_last = ring_of(case, case.ring + 1)
        is_first_time = case.ring < len(case.plan["rings"])
        case.ring = min(case.ring + 1, len(case.plan["rings"]))
        wait = timedelta(minutes=ring["minutes"])
        case.next_ring_at = now + wait
        asked = asking.ask(case, _targets(case, ring), due_in=wait, by=by, now=now)
        if case.ring > 1 and is_first_time:
            history.record(case, history.Line(CaseEvent.Kind.ESCALATED, facts={"ring": case.ring}), by=by, now=now)
        if is_last:
            _turn_red(case, asked=asked, by=by, now=now)
        elif not asked:
            facts = {"ring": case.ring}
            history.record(case, history.Line(CaseEvent.Kind.NOBODY_TO_ASK, facts=facts), by=by, now=now)
        if Tells.SUPERVISOR in ring["tells"]:
            asking.tell_supervisors(case, now=now)
        if asked or is_last:
            break
    case.save(update_fields=["ring", "next_ring_at", "red_since"])


def _turn_red(case: Case, *, asked: list[Dispatch], by: Actor, now: datetime) -> None:
    """Nobody holds it after all rings. Those of the last ring are asked again, each time the timer runs out."""
    if case.red_since is None:
        case.red_since = now
        history.record(case, history.Line(CaseEvent.Kind.RED, facts={"ring": case.ring}), by=by, now=now)
    silent = (
        case.dispatches.unanswered()
        .filter(agency__kind__in=Agency.SOCIAL_KINDS)
        .exclude(pk__in=[dispatch.pk for dispatch in asked])
    )
    asking.ask_again(case, silent, by=by, now=now)


def point_of(case: Case) -> Point | None:
    """The best known place: the last one measured or pinned, or else the middle of the area that was named.

    The middle of a whole province may be 70 km from the person: the first ring does without.
    """
    said = Position.objects.filter(report__case=case)
    positions = said.select_related("area").defer("text").order_by("-pk")
    measured = [position.point for position in positions if position.point]
    named = [position.area for position in positions if position.area and position.area.centroid]
    near_enough = [area.centroid for area in named if area.level != Area.Level.PROVINCE or case.ring > 1]
    return next(iter(measured + near_enough), None)


def _targets(case: Case, ring: Ring) -> Iterator[Target]:
    tells, point = ring["tells"], point_of(case)
    if CUSTODIAN in tells:
        yield from (Target(agency, Dispatch.Why.CUSTODIAN) for agency in Agency.objects.custodians())
    if Tells.DESK in tells:
        yield from _desks(case)
    if Tells.NEAREST in tells and point:
        yield from _nearest(case, ring, point)
    if Tells.NEIGHBOUR_DESKS in tells:
        yield from _neighbour_desks(case, ring, point)
    if Tells.NATIONAL_DESK in tells:
        yield from _national_desk()


def _national_desk() -> Iterator[Target]:
    return (Target(agency, Dispatch.Why.NATIONAL_DESK) for agency in Agency.objects.last_resort())


def _desks(case: Case) -> Iterator[Target]:
    """The province's desk, and near a border the next one's. Where there is none, or abroad: the national desk."""
    desks = {desk.province_id: desk for desk in Agency.objects.desk_of(*case.provinces)}
    if first := desks.get(case.province_id):
        yield Target(first, Dispatch.Why.DESK)
    if second := desks.get(case.second_province_id):
        yield Target(second, Dispatch.Why.SECOND_DESK)
    if not first or case.is_abroad:
        yield from _national_desk()


def _nearest(case: Case, ring: Ring, point: Point) -> Iterator[Target]:
    """The nearest that can help; who allowed social workers only is found the nearest of those, from ring 2 on."""
    is_open = may_tell_now(case) == Report.MayTell.NEAREST_HELP
    if case.is_abroad and not case.province_id:
        return  # Thai officers cannot cross
    if not is_open and case.ring == 1:
        return
    found = nearest(
        point,
        within_m=ring["radius_m"],
        how_many=ring["how_many"],
        capability=ring["capability"] if is_open else Capability.SOCIAL_WORK,
        kinds=() if is_open else Agency.SOCIAL_KINDS,
        except_for=list(case.dispatches.values_list("agency", flat=True)),
    )
    yield from (Target(near.agency, Dispatch.Why.NEAREST, near.metres) for near in found)


def _neighbour_desks(case: Case, ring: Ring, point: Point | None) -> Iterator[Target]:
    if point is None and case.province_id:
        point = Area.objects.get(code=case.province_id).centroid
    if point is None:
        return
    found = nearest(
        point,
        within_m=ring["radius_m"],
        how_many=ring["how_many"],
        kinds=[Agency.Kind.PSDHS],
        except_for=list(case.dispatches.values_list("agency", flat=True)),
    )
    yield from (Target(near.agency, Dispatch.Why.NEIGHBOUR_DESK, near.metres) for near in found)


def ask_next(*, case: Case, instead_of: Dispatch, now: datetime) -> list[Dispatch]:
    """Somebody declined: the next nearest agency is asked at once, or the national desk in place of a desk.

    The caller holds the case's lock. Returns nothing when nobody is left, which the history says.
    """
    ring, _ = ring_of(case, case.ring)
    wait = timedelta(minutes=ring["minutes"])
    asked = asking.ask(case, _successors(case, instead_of), due_in=wait, by=SYSTEM, now=now)
    if not asked:
        facts = {"ring": case.ring}
        history.record(case, history.Line(CaseEvent.Kind.NOBODY_TO_ASK, instead_of, facts), by=SYSTEM, now=now)
    return asked


def _successors(case: Case, declined: Dispatch) -> Iterator[Target]:
    if case.is_sealed:
        return
    point = point_of(case)
    if declined.why != Dispatch.Why.NEAREST:
        asked_before = set(case.dispatches.values_list("agency", flat=True))
        yield from (target for target in _national_desk() if target.agency.pk not in asked_before)
    elif point:
        searching: list[Ring] = [ring for ring in case.plan["rings"] if Tells.NEAREST in ring["tells"]]
        widest = max(searching, key=lambda ring: ring["radius_m"])
        yield from _nearest(case, {**widest, "how_many": 1}, point)
