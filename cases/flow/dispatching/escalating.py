"""The rings go out: the first at once, the next when nobody acknowledges in time or an agency declines."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from agencies.models import Agency
from cases.flow.dispatching import asking, events, withholding
from cases.flow.dispatching.call_now import call_now
from cases.flow.dispatching.standing import Standing
from cases.models import Case, Dispatch
from cases.privacy.actor import REPORTER, SYSTEM, Actor
from cases.privacy.history import Chain, EventDraft
from cases.rings import choosing
from cases.rings.choosing import Target
from cases.rings.plan import Tells, plan_once_placed, ring_of

logger = logging.getLogger(__name__)


def start(*, standing: Standing, by: Actor, now: datetime) -> None:
    """Send the first ring. The caller has created the case in the same transaction."""
    _advance(standing, by=by, now=now)


def escalate_overdue(*, now: datetime) -> int:
    """Send the next ring of each case that nobody holds in time. Return how many cases."""
    escalated = 0
    for pk in list(Case.objects.overdue(now=now).order_by("next_ring_at").values_list("pk", flat=True)):
        try:
            escalated += _escalate(pk, now=now)
        except Exception:  # one case's failure never stops the next one
            logger.exception("case %s could not be escalated", pk)
    return escalated


@transaction.atomic
def _escalate(pk: int, *, now: datetime) -> bool:
    # Read again under its lock, because somebody may have acknowledged meanwhile.
    case = Case.objects.overdue(now=now).locked_unless_busy(pk)
    if case is None:
        return False
    if case.ring == 0:
        withholding.release(case, now=now)
    else:
        _advance(Standing.of(case), by=SYSTEM, now=now)
    return True


@transaction.atomic
def place_known(*, case: Case, now: datetime) -> None:
    """Ask the agencies that the rings so far have missed, because the place came after the case was opened."""
    case = Case.objects.locked(case.pk)
    if case.closed_at or case.held_at:
        return
    if plan := plan_once_placed(case):
        case.plan = plan
        case.save(update_fields=["plan"])
    standing = Standing.of(case)
    situation = standing.situation(now=now)
    rings = [ring_of(case, number)[0] for number in range(1, case.ring + 1)] or [withholding.desk_only(case)]
    targets = [target for ring in rings for target in choosing.targets(situation, ring)]
    ring = rings[-1]
    asked = asking.ask(standing, targets, due_in=timedelta(minutes=ring["minutes"]), by=REPORTER, now=now)
    if asked and not case.is_withheld:
        case.next_ring_at = now + timedelta(minutes=ring["minutes"])
        case.save(update_fields=["next_ring_at"])


def _advance(standing: Standing, *, by: Actor, now: datetime) -> None:
    """Go on to the next ring that asks anybody. The last ring turns the case red, and repeats."""
    case, chain = standing.case, standing.history
    while True:
        ring, is_last = ring_of(case, case.ring + 1)
        is_first_time = case.ring < len(case.plan["rings"])
        case.ring = min(case.ring + 1, len(case.plan["rings"]))
        wait = timedelta(minutes=ring["minutes"])
        case.next_ring_at = now + wait
        targets = choosing.targets(standing.situation(now=now), ring)
        asked = asking.ask(standing, targets, due_in=wait, by=by, now=now)
        if case.ring > 1 and is_first_time:
            chain.add(EventDraft(events.ESCALATED, facts={"ring": case.ring}), by=by, now=now)
        if is_last:
            _turn_red(chain, asked=asked, by=by, now=now)
        elif not asked:
            chain.add(EventDraft(events.NOBODY_TO_ASK, facts={"ring": case.ring}), by=by, now=now)
        if Tells.SUPERVISOR in ring["tells"]:
            asking.tell_supervisors(case, now=now)
        if asked or is_last:
            break
    case.save(update_fields=["ring", "next_ring_at", "red_since"])


def _turn_red(chain: Chain, *, asked: list[Dispatch], by: Actor, now: datetime) -> None:
    """Nobody holds the case after all rings: ask the silent desks again, each time the timer runs out."""
    case = chain.case
    if case.red_since is None:
        case.red_since = now
        chain.add(EventDraft(events.RED, facts={"ring": case.ring}), by=by, now=now)
    call_now(case, now=now)
    silent = (
        case.dispatches.unanswered()
        .filter(agency__kind__in=Agency.SOCIAL_KINDS)
        .exclude(pk__in=[dispatch.pk for dispatch in asked])
    )
    asking.ask_again(chain, silent, by=by, now=now)


def ask_next(*, case: Case, instead_of: Dispatch, now: datetime) -> list[Dispatch]:
    """Ask the next nearest agency in place of one that declined; in place of a desk, the national desk.

    The caller holds the case's lock. When nobody is left, returns an empty list and records that in the history.
    """
    ring, _ = ring_of(case, case.ring)
    wait = timedelta(minutes=ring["minutes"])
    standing = Standing.of(case)
    asked = asking.ask(standing, _successors(standing, instead_of, now=now), due_in=wait, by=SYSTEM, now=now)
    if not asked:
        line = EventDraft(events.NOBODY_TO_ASK, instead_of, {"ring": case.ring})
        standing.history.add(line, by=SYSTEM, now=now)
    return asked


def _successors(standing: Standing, declined: Dispatch, *, now: datetime) -> Iterator[Target]:
    case = standing.case
    if case.is_sealed:
        return
    situation = standing.situation(now=now)
    if declined.why != Dispatch.Why.NEAREST:
        yield from (target for target in choosing.national_desk(now=now) if target.agency.pk not in situation.asked)
    elif searching := [ring for ring in case.plan["rings"] if Tells.NEAREST in ring["tells"]]:
        # Look for the same capability as before, as far away as any ring looks.
        like, _ = ring_of(case, declined.ring)
        like = like if like in searching else searching[-1]
        radius_m = max(ring["radius_m"] for ring in searching)
        yield from choosing.nearest_able(situation, {**like, "radius_m": radius_m, "how_many": 1})
