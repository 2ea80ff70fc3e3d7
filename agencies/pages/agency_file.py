"""What an agency's page shows: its contact points, each with one next step, and the history of changes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext as _

from agencies import lines
from agencies.models import (
    Agency,
    Capability,
    ContactPoint,
    DirectoryEvent,
    Notification,
    Officer,
    Proposal,
    VerificationCode,
)
from agencies.reach import proposals

NEWEST = 30  # lines of the history
Transport = ContactPoint.Transport
HIDDEN = "•••"


@dataclass(frozen=True)
class ContactLine:
    """A contact point on the page. `state` is drawn as shape and word, `step` is the one thing to do next."""

    point: ContactPoint
    address: str
    state: str  # IN_USE, FAILING, WAITS, UNVERIFIED or OFF
    step: str  # CODE, SEND, DECIDE or nothing
    proposal: Proposal | None  # waits for a second person
    code: VerificationCode | None  # can still be entered
    waits_since: datetime | None = None  # the oldest message that is late there was owed then
    why_not_sent: str = ""

    @property
    def is_going(self) -> bool:
        """Say whether it is in use and is to be replaced or removed."""
        return bool(self.proposal and self.point.confirmed_at)

    @property
    def is_code_lost(self) -> bool:
        message = self.code.notification if self.code else None
        return message is not None and message.state == Notification.State.FAILED


@dataclass(frozen=True)
class HistoryLine:
    event: DirectoryEvent
    address: str
    change: Any
    reason: str

    @property
    def who(self) -> Officer | None:
        return self.event.officer


def abilities(agency: Agency) -> list[str]:
    return [str(Capability(ability).label) for ability in agency.capabilities]


def contact_lines(agency: Agency, *, now: datetime) -> list[ContactLine]:
    codes = VerificationCode.objects.live(now=now).select_related("notification").defer("notification__body")
    points = (
        agency.contact_points.listed()
        .defer("address")
        .prefetch_related(Prefetch("codes", codes.order_by("pk"), to_attr="live_codes"))
        .annotate(late_since=_oldest_late("created_at"), late_error=_oldest_late("last_error"))
        .order_by("audience", "priority", "pk")
    )
    waiting = Proposal.objects.waiting().filter(contact_point__agency=agency).defer("reason")
    waiting_for = {proposal.contact_point_id: proposal for proposal in waiting}
    going = {proposal.replaces_id: proposal for proposal in waiting if proposal.replaces_id}
    return [_line(point, waiting_for.get(point.pk) or going.get(point.pk)) for point in points]


def _oldest_late(column: str) -> Subquery:
    """Return a column of the oldest message at a contact point that has waited too long."""
    late = Notification.objects.unsent(owed_for=lines.LATE).filter(contact_point=OuterRef("pk"))
    return Subquery(late.order_by("created_at").values(column)[:1])


def _line(point: ContactPoint, proposal: Proposal | None) -> ContactLine:
    codes: list[VerificationCode] = point.live_codes  # type: ignore[attr-defined]
    state = _state_of(point)
    line = ContactLine(point, masked(point), state, "", proposal, codes[-1] if codes else None)
    if since := point.late_since:  # type: ignore[attr-defined]
        error = point.late_error  # type: ignore[attr-defined]
        line = replace(line, waits_since=since, why_not_sent=lines.words_of(error, point.transport) if error else "")
    return replace(line, step=_step_of(line))


def _state_of(point: ContactPoint) -> str:
    if point.transport not in settings.TRANSPORTS:
        return "OFF"
    if point.failing_since:
        return "FAILING"
    if not point.verified_at:
        return "UNVERIFIED"
    return "IN_USE" if point.confirmed_at else "WAITS"


def _step_of(line: ContactLine) -> str:
    if line.state in ("FAILING", "UNVERIFIED"):
        return "CODE" if line.code and not line.is_code_lost else "SEND"
    return "DECIDE" if line.proposal else ""


@dataclass(frozen=True)
class Change:
    """A proposal, as a list shows it."""

    proposal: Proposal
    address: str
    instead_of: str
    is_mine: bool

    @property
    def agency(self) -> Agency:
        return self.proposal.contact_point.agency


def changes_waiting(officer: Officer) -> list[Change]:
    return [
        Change(
            proposal,
            masked(proposal.contact_point),
            masked(proposal.replaces) if proposal.replaces else "",
            is_mine=proposal.proposed_by_id == officer.pk,
        )
        for proposal in proposals.CHANGES.waiting_for(officer)
    ]


def history_lines(agency: Agency) -> list[HistoryLine]:
    events = list(
        agency.events.select_related("officer", "contact_point").defer("contact_point__address").newest(NEWEST)
    )
    refused = [event.facts.get("proposal") for event in events if event.kind == DirectoryEvent.Kind.REFUSED]
    reasons = dict(Proposal.objects.filter(pk__in=refused).values_list("pk", "reason"))
    return [
        HistoryLine(
            event,
            masked(event.contact_point) if event.contact_point else "",
            dict(Proposal.Kind.choices).get(event.facts.get("change"), ""),
            reasons.get(event.facts.get("proposal"), "") if event.kind == DirectoryEvent.Kind.REFUSED else "",
        )
        for event in events
    ]


def masked(point: ContactPoint) -> str:
    """Return enough of the address to tell it from others, and not enough to write to it."""
    try:
        address = point.address
    except InvalidToken:
        return _("cannot be read: no key fits")
    if not address:
        return _("not bound yet")
    if point.transport == Transport.EMAIL:
        name, _at, host = address.partition("@")
        return f"{name[:2]}{HIDDEN}@{host}"
    if point.transport == Transport.SMS:
        return f"{address[:3]}{HIDDEN}{address[-2:]}"
    if point.transport == Transport.WEBHOOK:
        return f"{urlsplit(address).hostname}/{HIDDEN}"
    kind = _("person") if address.startswith("U") else _("group")
    return f"{kind} {address[:4]}{HIDDEN}"
