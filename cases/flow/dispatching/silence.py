"""An agency took the case and reports nothing: it is reminded, and then no longer counts as having taken it."""

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
    """Act on each timer that has run out. Return how many cases went to their next ring.

    Reminders come first, so that a case whose hold ends here goes to its next ring in the same sweep.
    """
    silent = Dispatch.objects.silent(now=now).order_by("reminder_due_at").values_list("pk", "case_id")
    for pk, case in list(silent):
        try:
            _follow_up(pk, case=case, now=now)
        except Exception:  # one dispatch's failure never stops the next one
            logger.exception("dispatch %s could not be reminded", pk)
    return escalating.escalate_overdue(now=now)


@transaction.atomic
def _follow_up(pk: int, *, case: int, now: datetime) -> None:
    # Read again under both locks, the case's first, because somebody may have arrived meanwhile.
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
    """Take back the acknowledgement and ask again. Unless another agency holds the case, its next ring is due."""
    case, was_answered = dispatch.case, answering.is_answered(dispatch.case)
    # The name stays; who took it and when stands in the history.
    dispatch.acknowledged_at = dispatch.reminder_due_at = dispatch.reminded_at = None
    dispatch.save(update_fields=["acknowledged_at", "reminder_due_at", "reminded_at"])
    if was_answered:
        answering.let_go(case, because_of=dispatch, next_ring_at=now, now=now)
    # Only now is it known whether anybody holds the case, and so what this message precedes.
    asking.ask_again(Chain.of(case), case.dispatches.filter(pk=dispatch.pk), by=SYSTEM, now=now)
