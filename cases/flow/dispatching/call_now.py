"""The call to make now comes with the red light, and goes when an agency takes the case."""

from datetime import datetime

from django.db import transaction

from agencies.models import Officer
from cases.flow.dispatching import events
from cases.models import CallNow, Case
from cases.privacy import history
from cases.privacy.actor import Actor


def call_now(case: Case, *, now: datetime) -> None:
    """Add the call unless one is open already. The caller holds the case's lock."""
    if case.is_canary:
        return  # it has one ring, and nobody waits for it
    if not case.calls_to_make.open().filter(kind=CallNow.Kind.CALL_NOW).exists():
        CallNow.objects.create(case=case, kind=CallNow.Kind.CALL_NOW, created_at=now, due_at=now)


def no_call_needed(case: Case, *, result: CallNow.Result, now: datetime) -> None:
    """Close the open call, if there is one. The caller holds the case's lock."""
    case.calls_to_make.open().filter(kind=CallNow.Kind.CALL_NOW).update(done_at=now, result=result)


@transaction.atomic
def finish_call(*, case: Case, result: CallNow.Result, by: Officer, now: datetime) -> CallNow | None:
    """Record that an officer has called down the list. Return None when no call was open any more.

    If nobody holds the case, the next silent round of the last ring adds a new call.
    """
    case = Case.objects.locked(case.pk)
    call = case.calls_to_make.open().filter(kind=CallNow.Kind.CALL_NOW).first()
    if call is None:
        return None
    call.done_at, call.done_by, call.result = now, by, result
    call.save(update_fields=["done_at", "done_by", "result"])
    line = history.EventDraft(events.CALL_DONE, facts={"result": result})
    history.record(case, line, by=Actor.of(by), now=now)
    return call
