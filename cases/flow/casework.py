"""Stage 3. An officer works the case: reads, notes, moves and closes it."""

from datetime import datetime

from django.db import transaction

from agencies.models import Area, Officer
from cases.flow import dispatching, events
from cases.models import Case, CaseEvent, LiveShare, Message, Note, Position, Report
from cases.privacy import history
from cases.privacy.actor import SYSTEM, Actor


class AlreadyClosed(Exception):
    """A colleague has closed the case meanwhile."""


class NothingToKeep(Exception):
    """There is no track, or it was erased or is kept already."""


def first_read(*, case: Case, now: datetime) -> None:
    """Record that an officer has opened the case; the reporter's receipt says so."""
    Case.objects.filter(pk=case.pk, first_read_at=None).update(first_read_at=now)


def _locked(case: Case) -> Case:
    case = Case.objects.locked(case.pk)
    if case.closed_at:
        raise AlreadyClosed
    return case


@transaction.atomic
def take(*, case: Case, by: Officer, now: datetime) -> Case:
    """Make the officer the case's owner. An owner does not hold the case, because the desk is not a responder."""
    case = _locked(case)
    if case.owner_id != by.pk:
        case.owner = by
        case.save(update_fields=["owner"])
        history.record(case, history.EventDraft(events.TAKEN), by=Actor.of(by), now=now)
    return case


@transaction.atomic
def add_note(*, case: Case, text: str, by: Officer, now: datetime) -> Note:
    case = Case.objects.locked(case.pk)
    line = history.EventDraft(events.NOTED, facts={"text": history.commitment(text)})
    [event] = history.record(case, line, by=Actor.of(by), now=now)
    return Note.objects.create(case=case, event=event, by=by, text=text, at=now)


@transaction.atomic
def write_to_reporter(*, report: Report, text: str, by: Officer, now: datetime) -> Message:
    """Leave words for the person, who reads them with their code or in the chat. This sends nothing."""
    case = Case.objects.lock_of(report)
    message = Message.objects.create(report=report, by=by, text=text, at=now)
    if case:
        line = history.EventDraft(events.ANSWERED, facts={"text": history.commitment(text)})
        history.record(case, line, by=Actor.of(by), now=now)
    return message


@transaction.atomic
def reroute(*, case: Case, province: Area, by: Officer, now: datetime) -> Case:
    """Move the case to another province and ask its desk too. Agencies that were asked stay asked."""
    case = _locked(case)
    facts = {"from": case.province_id, "to": province.code}
    case.second_province_id, case.province, case.district = case.province_id, province, None
    case.save(update_fields=["province", "second_province", "district"])
    history.record(case, history.EventDraft(events.REROUTED, facts=facts), by=Actor.of(by), now=now)
    dispatching.place_known(case=case, now=now)
    return case


@transaction.atomic
def review_widening(*, case: Case, by: Officer, now: datetime) -> Case:
    """Record that a second person has read why more were told than the person allowed."""
    case = Case.objects.locked(case.pk)
    if case.widening_reviewed_by_id is None:
        case.widening_reviewed_by = by
        case.save(update_fields=["widening_reviewed_by"])
        history.record(case, history.EventDraft(events.WIDENING_REVIEWED), by=Actor.of(by), now=now)
    return case


@transaction.atomic
def keep_track(*, case: Case, reason: str, by: Officer, now: datetime) -> None:
    """Keep as evidence where the person went, also after the case is closed. Raises NothingToKeep.

    A live share that begins later is not kept by it.
    """
    case = Case.objects.locked(case.pk)
    points = Position.objects.filter(share__report__case=case, share__kept_at__isnull=True, point__isnull=False)
    shares = list(LiveShare.objects.filter(pk__in=points.values("share")))
    if not shares:
        raise NothingToKeep
    for share in shares:
        share.kept_at, share.kept_by, share.kept_reason = now, by, reason
        share.save(update_fields=["kept_at", "kept_by", "kept_reason"])
    line = history.EventDraft(events.TRACK_KEPT, facts={"reason": history.commitment(reason)})
    history.record(case, line, by=Actor.of(by), now=now)


@transaction.atomic
def close(*, case: Case, reason: Case.ClosureReason, text: str, by: Officer, now: datetime) -> Case:
    """End the work on the case. Raises AlreadyClosed."""
    case = _locked(case)
    event = _end(case, reason=reason, by=Actor.of(by), now=now)
    if text:
        Note.objects.create(case=case, event=event, by=by, text=text, at=now)
    return case


@transaction.atomic
def end_canary(*, case: Case, now: datetime) -> None:
    """Close a canary's case, because it has come through or was given up. Any other case stays as it is."""
    case = Case.objects.locked(case.pk)
    if case.is_canary and not case.closed_at:
        _end(case, reason=Case.ClosureReason.EXERCISE, by=SYSTEM, now=now)


def _end(case: Case, *, reason: Case.ClosureReason, by: Actor, now: datetime) -> CaseEvent:
    dispatching.end_all(case=case, now=now)
    case.closed_at, case.closure_reason, case.red_since, case.next_ring_at = now, reason, None, None
    case.save(update_fields=["closed_at", "closure_reason", "red_since", "next_ring_at"])
    case.reports.update(settled_at=now)
    [event] = history.record(case, history.EventDraft(events.CLOSED, facts={"reason": reason}), by=by, now=now)
    return event
