"""An agency answers: it takes the case, declines, arrives at the place, or reports an outcome."""

from datetime import datetime, timedelta

from django.db import transaction

from cases.flow.dispatching import asking, events, ties
from cases.flow.dispatching.call_now import no_call_needed
from cases.flow.dispatching.escalating import ask_next
from cases.models import CallNow, Case, Dispatch
from cases.privacy import history
from cases.privacy.actor import SYSTEM, Actor

# The next ring waits at least so long after an acknowledgement that does not hold the case yet.
PAUSE = timedelta(minutes=3)
# Grace added to the promised arrival time, or to the acknowledgement when no time was given.
GRACE, GRACE_UNSAID = timedelta(minutes=15), timedelta(minutes=30)


class NoLongerAsked(Exception):
    """The case was closed, or the agency has already declined."""


def _locked(dispatch: Dispatch) -> Dispatch:
    """Lock the case, then the dispatch: the lock order everywhere is case, dispatch, notification.

    Raises NoLongerAsked.
    """
    case = Case.objects.locked(dispatch.case_id)
    dispatch = Dispatch.objects.select_for_update(of=["self"]).select_related("agency").get(pk=dispatch.pk)
    dispatch.case = case
    if not dispatch.is_live:
        raise NoLongerAsked
    ties.owe_no_more(Dispatch.objects.filter(pk=dispatch.pk))  # it answers: no older message may come after that
    return dispatch


@transaction.atomic
def acknowledge(*, dispatch: Dispatch, name: str, arrival_minutes: int | None, by: Actor, now: datetime) -> Dispatch:
    """Record that the agency takes the case; `name` is who answered there. Raises NoLongerAsked."""
    dispatch = _locked(dispatch)
    if dispatch.acknowledged_at:
        return dispatch  # a second click is not an error
    dispatch.acknowledged_at = now
    dispatch.acknowledged_by_name = name
    dispatch.acknowledged_by = by.officer
    dispatch.arrival_minutes = arrival_minutes
    dispatch.reminder_due_at = _expected_at(dispatch, now=now)
    dispatch.save(
        update_fields=[
            "acknowledged_at",
            "acknowledged_by_name",
            "acknowledged_by",
            "arrival_minutes",
            "reminder_due_at",
        ]
    )
    facts = {"minutes": arrival_minutes, "name": history.commitment(name)}
    history.record(dispatch.case, history.EventDraft(events.ACKNOWLEDGED, dispatch, facts), by=by, now=now)
    case = dispatch.case
    if case.held_at is None and is_answered(case):
        _hold(case, now=now)
        asking.tell_taken(case, taken_by=dispatch, now=now)
    elif case.held_at is None:
        _pause(case, now=now)
    no_call_needed(case, result=CallNow.Result.HELD if case.held_at else CallNow.Result.ACKNOWLEDGED, now=now)
    return dispatch


def _expected_at(dispatch: Dispatch, *, now: datetime) -> datetime | None:
    """Return when to remind the agency, or None for one that need not travel, such as a desk."""
    if set(dispatch.case.plan["requires"]).isdisjoint(dispatch.agency.capabilities):
        return None
    if dispatch.purpose != Dispatch.Purpose.RESPOND:
        return None
    if dispatch.arrival_minutes is None:
        return now + GRACE_UNSAID
    return now + timedelta(minutes=dispatch.arrival_minutes) + GRACE


@transaction.atomic
def decline(*, dispatch: Dispatch, reason: Dispatch.DeclineReason, by: Actor, now: datetime) -> Dispatch:
    """Record that the agency cannot; unless another one holds the case, ask the next at once.

    Raises NoLongerAsked.
    """
    dispatch = _locked(dispatch)
    case, was_answered = dispatch.case, is_answered(dispatch.case)
    dispatch.declined_at, dispatch.decline_reason = now, reason
    dispatch.save(update_fields=["declined_at", "decline_reason"])
    facts = {"reason": reason, "had_acknowledged": dispatch.acknowledged_at is not None}
    history.record(case, history.EventDraft(events.DECLINED, dispatch, facts), by=by, now=now)
    if was_answered:
        let_go(case, because_of=dispatch, next_ring_at=now + PAUSE, now=now)
    if case.held_at is None:
        _replace(dispatch, now=now)
    return dispatch


def _replace(declined: Dispatch, *, now: datetime) -> None:
    """Ask the next agency. When there is none and no other can still answer, the next ring is due at once."""
    case = declined.case
    asked = ask_next(case=case, instead_of=declined, now=now)
    if not asked and not case.dispatches.unanswered().exists():
        case.next_ring_at = now
        case.save(update_fields=["next_ring_at"])


@transaction.atomic
def arrive(*, dispatch: Dispatch, by: Actor, now: datetime) -> Dispatch:
    """Record that the agency has reached the place. Raises NoLongerAsked."""
    dispatch = _locked(dispatch)
    if dispatch.arrived_at is None:
        dispatch.arrived_at = now
        dispatch.save(update_fields=["arrived_at"])
        history.record(dispatch.case, history.EventDraft(events.ARRIVED, dispatch), by=by, now=now)
    return dispatch


@transaction.atomic
def give_outcome(*, dispatch: Dispatch, outcome: Dispatch.Outcome, by: Actor, now: datetime) -> Dispatch:
    """Record what the agency found. No outcome closes a case: the desk decides. Raises NoLongerAsked."""
    dispatch = _locked(dispatch)
    dispatch.outcome, dispatch.outcome_at = outcome, now
    dispatch.save(update_fields=["outcome", "outcome_at"])
    line = history.EventDraft(events.OUTCOME, dispatch, {"outcome": outcome})
    history.record(dispatch.case, line, by=by, now=now)
    return dispatch


def is_answered(case: Case) -> bool:
    """Has every capability that the plan requires acknowledged?"""
    answered = case.dispatches.live().filter(acknowledged_at__isnull=False)
    able = {
        capability
        for abilities in answered.values_list("agency__capabilities", flat=True)
        for capability in abilities
    }
    return set(case.plan["requires"]) <= able


def _hold(case: Case, *, now: datetime) -> None:
    case.held_at, case.red_since, case.next_ring_at = now, None, None
    case.save(update_fields=["held_at", "red_since", "next_ring_at"])
    ties.call_nobody(case)
    history.record(case, history.EventDraft(events.HELD), by=SYSTEM, now=now)


def let_go(case: Case, *, because_of: Dispatch, next_ring_at: datetime, now: datetime) -> None:
    """End the hold on the case and let the rings go on, unless another agency still answers for it.

    Call it only for a case that agencies held by their answers: one that an officer holds by opening it stays held.
    """
    if case.held_at is None or is_answered(case):
        return
    case.held_at, case.next_ring_at = None, next_ring_at
    case.save(update_fields=["held_at", "next_ring_at"])
    history.record(case, history.EventDraft(events.NO_LONGER_HELD, because_of), by=SYSTEM, now=now)
    asking.ask_who_stood_down(case, because_of=because_of, now=now)


def _pause(case: Case, *, now: datetime) -> None:
    if case.next_ring_at and case.next_ring_at < now + PAUSE and not case.is_withheld:
        case.next_ring_at = now + PAUSE
        case.save(update_fields=["next_ring_at"])


def end_all(*, case: Case, now: datetime) -> None:
    """End all dispatches of a closed case: their links stop working, and what is not sent yet is cancelled.

    The caller holds the case's lock.
    """
    live = case.dispatches.live()
    ties.owe_no_more(live)
    ties.call_nobody(case)
    live.update(ended_at=now)
    no_call_needed(case, result=CallNow.Result.CLOSED, now=now)
