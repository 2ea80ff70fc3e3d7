"""Silence after somebody took it: a reminder, and then the case is asked again."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from cases.flow.dispatching import answering, asking, escalating
from cases.models import Case, Dispatch
from cases.privacy.actor import SYSTEM
from cases.privacy.history import Chain

logger = logging.getLogger(__name__)

AFTER_REMINDER = timedelta(minutes=15)


def escalate_overdue(*, now: datetime) -> int:
    """Each timer that has run out: reminders first, so that a case let go of goes on in the same sweep.

    Returns how many cases went to their next ring. One row's failure never stops the next one.
    """
    silent = Dispatch.objects.silent(now=now).order_by("reminder_due_at").values_list("pk", "case_id")
    for pk, case in list(silent):
        try:
            _follow_up(pk, case=case, now=now)
        except Exception:
            logger.exception("dispatch %s could not be reminded", pk)
    return escalating.escalate_overdue(now=now)


@transaction.atomic
def _follow_up(pk: int, *, case: int, now: datetime) -> None:
    # Looked at again under its lock, the case's first: somebody may have arrived meanwhile.
    locked = Case.objects.open().locked_unless_busy(case)
    dispatch = Dispatch.objects.silent(now=now).select_for_update(of=["self"]).filter(pk=pk).first()
    if locked is None or dispatch is None:
        return
    dispatch.case = locked
    follow_up: Callable[..., None] = _let_go if dispatch.reminded_at else _remind
    follow_up(dispatch, now=now)


def _remind(dispatch: Dispatch, *, now: datetime) -> None:
    dispatch.reminded_at, dispatch.reminder_due_at = now, now + AFTER_REMINDER
    dispatch.save(update_fields=["reminded_at", "reminder_due_at"])
    asking.remind(dispatch, by=SYSTEM, now=now)


def _let_go(dispatch: Dispatch, *, now: datetime) -> None:
    """It counts as not taken: the agency is asked again, and unless another one holds the case, the next ring too."""
    case, was_answered = dispatch.case, answering.is_answered(dispatch.case)
    # The name stays; who took it and when stands in the history.
    dispatch.acknowledged_at = dispatch.reminder_due_at = dispatch.reminded_at = None
    dispatch.save(update_fields=["acknowledged_at", "reminder_due_at", "reminded_at"])
    asking.ask_again(Chain.of(case), case.dispatches.filter(pk=dispatch.pk), by=SYSTEM, now=now)
    if was_answered:
        answering.let_go(case, because_of=dispatch, next_ring_at=now, now=now)
