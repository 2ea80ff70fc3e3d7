"""The history of a case in words, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from agencies.models import Area
from cases.models import Case, CaseEvent, Note
from cases.privacy import event_kinds
from cases.privacy.event_kinds import EventContext


@dataclass(frozen=True)
class TimelineEntry:
    at: datetime
    kind: str
    label: str
    who: str
    agency: str
    details: str
    text: str  # what an officer wrote with it


def lines(case: Case) -> list[TimelineEntry]:
    """Return the history in words, oldest first, each event with the note that belongs to it."""
    events = list(
        case.events.select_related("officer", "dispatch__agency", "note__called_agency").order_by("sequence")
    )
    areas = _areas_in(events)
    return [_entry(EventContext(event, areas)) for event in events]


def _areas_in(events: list[CaseEvent]) -> dict[str, Area]:
    codes = {code for event in events for code in event_kinds.read(event.kind).areas_in(event)}
    return Area.objects.in_bulk(codes) if codes else {}


def _entry(context: EventContext) -> TimelineEntry:
    event, note = context.event, context.note
    kind = event_kinds.read(event.kind)
    return TimelineEntry(
        at=event.at,
        kind=event.kind,
        label=str(kind.wording),
        who=_who(event),
        agency=event.dispatch.agency.name if event.dispatch else _called(note),
        details=kind.details(context),
        text=note.text if note else "",
    )


def _who(event: CaseEvent) -> str:
    if event.officer:
        return event.officer.display_name or event.officer.username
    return event.get_actor_display()


def _called(note: Note | None) -> str:
    if note is None:
        return ""
    return note.called_agency.name if note.called_agency else note.called_number
