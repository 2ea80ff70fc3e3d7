"""The history of a case, chained by hash, and the trace of each reading."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from agencies.models import Officer
from cases.models import AccessEvent, Attachment, Case, CaseEvent, Dispatch, Report
from cases.privacy import event_kinds, live
from cases.privacy.actor import Actor
from vault import digest


@dataclass(frozen=True)
class EventDraft:
    kind: str  # see event_kinds
    dispatch: Dispatch | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Chain:
    """The end of a case's history, to which a verb adds while it holds the case's row lock: the chain never forks."""

    case: Case
    sequence: int = 0  # of the last line
    hash: str = ""
    is_announced: bool = False

    @classmethod
    def of(cls, case: Case) -> "Chain":
        """Read where the history ends now. For a case just created use `Chain(case)`, which reads nothing."""
        end = case.events.order_by("sequence").values_list("sequence", "hash").last()
        return cls(case, *(end or ()))

    def add(self, *lines: EventDraft, by: Actor, now: datetime) -> list[CaseEvent]:
        """Write the lines, and tell open screens once, when the transaction commits.

        Raises UnknownKind or UnknownFact when no room has registered a kind or a fact of theirs.
        """
        events = []
        for line in lines:
            event_kinds.check(line.kind, line.facts)
            self.sequence += 1
            event = CaseEvent(
                case=self.case,
                sequence=self.sequence,
                kind=line.kind,
                actor=by.kind,
                officer=by.officer,
                dispatch=line.dispatch or by.dispatch,
                facts=line.facts,
                at=now,
                previous_hash=self.hash,
            )
            self.hash = event.hash = hash_of(event)
            events.append(event)
        self._announce()
        return CaseEvent.objects.bulk_create(events)

    def _announce(self) -> None:
        if not (self.case.is_canary or self.is_announced):  # no screen shows a canary
            live.announce(self.case)
            self.is_announced = True


def record(case: Case, *lines: EventDraft, by: Actor, now: datetime) -> list[CaseEvent]:
    """Add lines to the history of a case whose row lock the caller holds."""
    return Chain.of(case).add(*lines, by=by, now=now)


def record_of(report: Report, case: Case | None, line: EventDraft, *, by: Actor, now: datetime) -> None:
    """Add a line to the history of the case, which the caller has locked. Without a case only tell screens."""
    if case:
        record(case, line, by=by, now=now)
    else:
        live.announce(report)


def hash_of(event: CaseEvent) -> str:
    content = [
        event.previous_hash,
        event.case_id,
        event.sequence,
        event.kind,
        event.actor,
        event.officer_id,
        event.dispatch_id,
        event.facts,
        event.at.isoformat(),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def first_broken_line(case: Case) -> CaseEvent | None:
    previous = ""
    for number, event in enumerate(case.events.order_by("sequence"), start=1):
        if event.sequence != number or event.previous_hash != previous or event.hash != hash_of(event):
            return event
        previous = event.hash
    return None


def commitment(text: str) -> dict[str, str]:
    """Return a salted, keyed digest that proves later what was written. Without the key no name can be guessed."""
    salt = secrets.token_hex(16)
    return {"salt": salt, "digest": digest(salt + text, purpose="commitment")}


def trace_read(
    *,
    what: AccessEvent.What,
    now: datetime,
    officer: Officer | None = None,
    dispatch: Dispatch | None = None,
    case: Case | None = None,
    report: Report | None = None,
    attachment: Attachment | None = None,
    is_refused: bool = False,
) -> AccessEvent:
    """Store who read a record or was refused. The trace is committed before anybody decrypts the record."""
    with transaction.atomic(durable=True):
        return AccessEvent.objects.create(
            what=what,
            at=now,
            officer=officer,
            dispatch=dispatch,
            case=case,
            report=report,
            attachment=attachment,
            is_refused=is_refused,
        )
