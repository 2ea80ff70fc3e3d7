"""The call to make now: it comes with the red light, and goes when somebody takes the case up."""

from datetime import datetime

from django.db import transaction

from agencies.models import Officer
from cases.flow.dispatching import events
from cases.models import CallNow, Case
from cases.privacy import history
from cases.privacy.actor import Actor


def call_now(case: Case, *, now: datetime) -> None:
    """Somebody has to telephone, at once. The caller holds the case's lock; each silent round asks anew."""
    if case.is_canary:
        return  # it has one ring, and nobody waits for it
    if not case.calls_to_make.open().filter(kind=CallNow.Kind.CALL_NOW).exists():
        CallNow.objects.create(case=case, kind=CallNow.Kind.CALL_NOW, created_at=now, due_at=now)


def no_call_needed(case: Case, *, result: CallNow.Result, now: datetime) -> None:
    """The caller holds the case's lock."""
    case.calls_to_make.open().filter(kind=CallNow.Kind.CALL_NOW).update(done_at=now, result=result)


@transaction.atomic
def finish_call(*, case: Case, result: CallNow.Result, by: Officer, now: datetime) -> CallNow | None:
    """An officer has called down the list. None when there was nothing to do any more.

    While nobody holds the case, the next silent round of the last ring asks for it again.
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
