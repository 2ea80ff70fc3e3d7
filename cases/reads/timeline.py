"""The history of a case, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.models import Area, Presence
from cases.models import Attachment, Case, CaseEvent, Consent, ContactRule, Dispatch, LiveShare, Note, Report, Task

Kind = CaseEvent.Kind


@dataclass(frozen=True)
class Line:
    at: datetime
    kind: str
    label: str
    who: str
    agency: str
    details: str
    text: str  # what an officer wrote with it


def lines(case: Case) -> list[Line]:
    """Oldest first. What was written stands with the line that records it."""
    events = list(case.events.select_related("officer", "dispatch__agency").order_by("sequence"))
    written = {_key(note.by_id, note.at): note for note in case.notes.select_related("called_agency")}
    areas = _areas_in(events)
    return [_line(event, written=written, areas=areas) for event in events]


def _key(officer: int | None, at: datetime) -> tuple[int | None, datetime]:
    """A note and its line of the history are committed together: same hand, same microsecond."""
    return officer, at


def _areas_in(events: list[CaseEvent]) -> dict[str, Area]:
    named = [event for event in events if event.kind in (Kind.REROUTED, Kind.MOVED_AWAY)]
    codes = {code for event in named for code in event.facts.values() if code}
    return Area.objects.in_bulk(codes) if codes else {}


def _line(event: CaseEvent, *, written: dict[Any, Note], areas: dict[str, Area]) -> Line:
    note = written.get(_key(event.officer_id, event.at)) if event.kind in WITH_WORDS else None
    return Line(
        at=event.at,
        kind=event.kind,
        label=event.get_kind_display(),
        who=_who(event),
        agency=event.dispatch.agency.name if event.dispatch else _called(note),
        details=_named(event, areas) or _details(event, note),
        text=note.text if note else "",
    )


def _named(event: CaseEvent, areas: dict[str, Area]) -> str:
    """What names areas."""
    if event.kind == Kind.MOVED_AWAY:
        return str(getattr(areas.get(event.facts["province"]), "name", "?"))
    return _moved(event, areas) if event.kind == Kind.REROUTED else ""


def _details(event: CaseEvent, note: Note | None) -> str:
    details = DETAILS.get(Kind(event.kind))
    return " · ".join(filter(None, [details(event) if details else "", note.answered_by if note else ""]))


def _who(event: CaseEvent) -> str:
    if event.officer:
        return event.officer.display_name or event.officer.username
    return event.get_actor_display()


def _called(note: Note | None) -> str:
    """Whom, when it was nobody who had been asked."""
    if note is None:
        return ""
    return note.called_agency.name if note.called_agency else note.called_number


WITH_WORDS = (Kind.NOTED, Kind.CALLED, Kind.CLOSED)

SOURCES = {
    "GPS": gettext_lazy("measured by the phone"),
    "PIN": gettext_lazy("pin that the person set"),
    "AREA": gettext_lazy("area that the person chose"),
    "TEXT": gettext_lazy("in words"),
    "READ": gettext_lazy("read from what the person wrote"),
    "PHOTO": gettext_lazy("where a photo says that it was taken"),
}


def _asked(event: CaseEvent) -> str:
    parts = [_choice(Dispatch.Why.choices, event.facts.get("why"))]
    if event.dispatch and event.dispatch.metres is not None and not event.dispatch.agency.location_secret:
        parts.append(_("%(km).1f km away") % {"km": event.dispatch.metres / 1000})
    parts.append(_choice(Presence.choices, event.facts.get("presence")))
    return " · ".join(filter(None, [*parts, _unreachable(event)]))


def _unreachable(event: CaseEvent) -> str:
    return _("no address to write to: call them") if event.facts.get("no_contact_point") else ""


def _acknowledged(event: CaseEvent) -> str:
    name = event.dispatch.acknowledged_by_name if event.dispatch else ""
    minutes = event.facts.get("minutes")
    if minutes is None:
        return name
    there = ngettext("there in %(n)d minute", "there in %(n)d minutes", minutes) % {"n": minutes}
    return f"{name} · {there}"


def _ring(event: CaseEvent) -> str:
    return _("ring %(ring)d") % {"ring": event.facts["ring"]}


def _call(event: CaseEvent) -> str:
    means = _choice(Note.Means.choices, event.facts.get("means", Note.Means.PHONE))
    return f"{means} · {_choice(Note.CallResult.choices, event.facts['result'])}"


def _consent(event: CaseEvent) -> str:
    answers = {True: _("yes"), False: _("no")}
    said = event.facts["said"]
    lines = [f"{who.label}: {answers[said[who]]}" for who in Consent.Recipient if who in said]
    return " · ".join([*_heard(event), *lines])


def _contact_rule(event: CaseEvent) -> str:
    said = _choice(Report.SafeContact.choices, event.facts["safe_contact"])
    ways = [_choice(ContactRule.Way.choices, way) for way in event.facts["ways"]]
    parts = [_choice(ContactRule.Part.choices, part) for part in event.facts["parts"]]
    return " · ".join(filter(None, [*_heard(event), said, ", ".join(ways), ", ".join(parts)]))


def _heard(event: CaseEvent) -> list[str]:
    """How an officer heard it."""
    heard = event.facts.get("heard")
    return [_choice(ContactRule.Heard.choices, heard)] if heard else []


def _contacted(event: CaseEvent) -> str:
    way = _choice(ContactRule.Way.choices, event.facts["way"])
    reached = _choice(ContactRule.Reached.choices, event.facts["reached"])
    word = _("code word said") if event.facts["code_word"] else ""
    override = _("against the person's word") if event.facts["override"] else ""
    return " · ".join(filter(None, [way, reached, word, override]))


def _moved(event: CaseEvent, areas: dict[str, Area]) -> str:
    before, after = areas.get(event.facts["from"]), areas.get(event.facts["to"])
    return f"{before.name if before else '?'} → {after.name if after else '?'}"


def _file_refused(event: CaseEvent) -> str:
    kind = _choice(Attachment.Kind.choices, event.facts["kind"])
    return f"{kind} · {_choice(Attachment.Refusal.choices, event.facts['reason'])}"


def _choice(choices: list[tuple[str, Any]], code: str | None) -> str:
    return str(dict(choices).get(code or "", code or ""))


DETAILS: dict[CaseEvent.Kind, Callable[[CaseEvent], str]] = {
    Kind.OPENED: lambda event: _choice(Case.Urgency.choices, event.facts.get("urgency")),
    Kind.HELD_BACK: lambda event: _("more than %(n)d within an hour") % {"n": event.facts["of_many"] - 1},
    Kind.REPORT_JOINED: lambda event: event.facts["report"],
    Kind.PLACE_ADDED: lambda event: str(SOURCES.get(event.facts["source"], "")),
    Kind.SHARING_STOPPED: lambda event: _choice(LiveShare.StoppedBy.choices, event.facts["by"]),
    Kind.FILE_ADDED: lambda event: _choice(Attachment.Kind.choices, event.facts["kind"]),
    Kind.FILE_REFUSED: _file_refused,
    Kind.ASKED: _asked,
    Kind.ASKED_AGAIN: _asked,
    Kind.REMINDED: _unreachable,
    Kind.NOBODY_TO_ASK: _ring,
    Kind.ESCALATED: _ring,
    Kind.ACKNOWLEDGED: _acknowledged,
    Kind.DECLINED: lambda event: _choice(Dispatch.DeclineReason.choices, event.facts["reason"]),
    Kind.OUTCOME: lambda event: _choice(Dispatch.Outcome.choices, event.facts["outcome"]),
    Kind.CONSENT: _consent,
    Kind.CONSENT_HEARD: _consent,
    Kind.CONTACT_RULE: _contact_rule,
    Kind.CONTACT_RULE_HEARD: _contact_rule,
    Kind.CONTACTED: _contacted,
    Kind.CALLED: _call,
    Kind.CALL_DONE: lambda event: _choice(Task.Result.choices, event.facts["result"]),
    Kind.CLOSED: lambda event: _choice(Case.ClosureReason.choices, event.facts["reason"]),
}
