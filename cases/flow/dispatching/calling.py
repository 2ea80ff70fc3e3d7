"""An officer writes down a call: whom, by which means, who answered and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from agencies.models import Agency, Officer
from cases.flow.dispatching import answering, events
from cases.models import Case, Dispatch, Note
from cases.privacy import history
from cases.privacy.actor import Actor

Result, Means = Note.CallResult, Note.Means


@dataclass(frozen=True)
class Call:
    """One call: to an agency that was asked, to another agency, or to a hotline's number."""

    result: Note.CallResult
    dispatch: Dispatch | None = None
    agency: Agency | None = None
    number: str = ""
    means: Note.Means = Means.PHONE
    answered_by: str = ""
    text: str = ""


@transaction.atomic
def log_call(*, case: Case, call: Call, by: Officer, now: datetime) -> Note:
    """Write the call down, as an event and a note. No dispatch changes by it."""
    case = Case.objects.locked(case.pk)
    facts: dict[str, object] = {"result": call.result, "means": call.means}
    if call.answered_by:
        facts["answered_by"] = history.commitment(call.answered_by)
    [event] = history.record(case, history.EventDraft(events.CALLED, call.dispatch, facts), by=Actor.of(by), now=now)
    return Note.objects.create(
        case=case,
        event=event,
        by=by,
        at=now,
        text=call.text,
        called=call.dispatch,
        called_agency=call.agency,
        called_number=call.number,
        call_result=call.result,
        means=call.means,
        answered_by=call.answered_by,
    )


@transaction.atomic
def called_and_took_it(
    *, dispatch: Dispatch, call: Call, arrival_minutes: int | None, by: Officer, now: datetime
) -> bool:
    """Log the call and acknowledge for the agency. Return False when it is no longer asked; the call stays logged."""
    log_call(case=dispatch.case, call=call, by=by, now=now)
    name = call.answered_by or str(Means(call.means).label)
    try:
        answering.acknowledge(dispatch=dispatch, name=name, arrival_minutes=arrival_minutes, by=Actor.of(by), now=now)
    except answering.NoLongerAsked:
        return False
    return True


@transaction.atomic
def called_and_cannot(
    *, dispatch: Dispatch, call: Call, reason: Dispatch.DeclineReason, by: Officer, now: datetime
) -> bool:
    """Log the call and decline for the agency. Return False when it is no longer asked; the call stays logged."""
    log_call(case=dispatch.case, call=call, by=by, now=now)
    try:
        answering.decline(dispatch=dispatch, reason=reason, by=Actor.of(by), now=now)
    except answering.NoLongerAsked:
        return False
    return True
