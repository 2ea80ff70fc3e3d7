"""A contact point is added, replaced or removed by two people, and the present addresses are told."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies import access, second_person
from agencies.models import Agency, ContactPoint, DirectoryEvent, Notification, Officer, Proposal
from agencies.reach import delivery, messages, verification

Kind, State = Proposal.Kind, Proposal.State
EVENTS = {
    State.CONFIRMED: DirectoryEvent.Kind.CONFIRMED,
    State.REFUSED: DirectoryEvent.Kind.REFUSED,
    State.WITHDRAWN: DirectoryEvent.Kind.WITHDRAWN,
}


class ChangeRefused(Exception):
    """The change cannot be proposed or decided."""


class AlreadyProposed(ChangeRefused):
    """A change of this contact point waits for its second person."""


class AlreadyKnown(ChangeRefused):
    """The agency has this address already, for the same audience."""


class AlreadyDecided(ChangeRefused):
    """Somebody has confirmed, refused or withdrawn the proposal meanwhile."""


class NotVerified(ChangeRefused):
    """Nobody has entered the code of the new address, or it fails: it would not count."""


class LastOne(ChangeRefused):
    """Without this contact point no message reaches those on duty; `although_last` removes it all the same."""


@transaction.atomic
def propose_new(
    *, agency: Agency, transport: str, address: str, audience: str, priority: int, by: Officer, now: datetime
) -> Proposal:
    """Propose another contact point and send its code. For LINE the page shows the code.

    Raises AlreadyKnown or TooManyCodes.
    """
    agency = _locked(agency, by)
    contact_point = _new_point(agency, transport, address, audience, priority, by=by, now=now)
    return _propose(Kind.ADD, contact_point, by=by, now=now)


@transaction.atomic
def propose_replacement(
    *, contact_point: ContactPoint, transport: str, address: str, priority: int, by: Officer, now: datetime
) -> Proposal:
    """Propose another address for the same audience.

    Raises AlreadyProposed, AlreadyKnown or TooManyCodes.
    """
    agency = _locked(contact_point.agency, by)
    old = _changeable(contact_point)
    new = _new_point(agency, transport, address, old.audience, priority, by=by, now=now, instead_of=old)
    return _propose(Kind.REPLACE, new, replaces=old, by=by, now=now)


@transaction.atomic
def propose_removal(
    *, contact_point: ContactPoint, by: Officer, now: datetime, although_last: bool = False
) -> Proposal:
    """Propose to remove a contact point. Raises AlreadyProposed or LastOne."""
    _locked(contact_point.agency, by)
    old = _changeable(contact_point)
    _require_another(old, although_last=although_last)
    return _propose(Kind.REMOVE, old, by=by, now=now)


@transaction.atomic
def confirm(*, proposal: Proposal, by: Officer, now: datetime, although_last: bool = False) -> Proposal:
    """Let the change count from now on. `by` must not be the officer who proposed it.

    Raises AlreadyDecided, NotVerified, AlreadyKnown or LastOne.
    """
    proposal = _waiting(proposal)
    _require_second(proposal, by)
    if proposal.kind == Kind.REMOVE:
        _require_another(proposal.contact_point, although_last=although_last)
        _remove(proposal.contact_point, now=now)
    else:
        _start_using(proposal, now=now)
    return _decide(proposal, State.CONFIRMED, by=by, now=now)


@transaction.atomic
def refuse(*, proposal: Proposal, reason: str, by: Officer, now: datetime) -> Proposal:
    """Refuse the change. `by` must not be the officer who proposed it. Raises AlreadyDecided."""
    proposal = _waiting(proposal)
    _require_second(proposal, by)
    _drop_new(proposal, now=now)
    return _decide(proposal, State.REFUSED, by=by, now=now, reason=reason)


@transaction.atomic
def withdraw(*, proposal: Proposal, by: Officer, now: datetime) -> Proposal:
    """Take the proposal back, as the officer who made it. Raises AlreadyDecided."""
    proposal = _waiting(proposal)
    access.require(proposal.proposed_by_id == by.pk)
    _drop_new(proposal, now=now)
    return _decide(proposal, State.WITHDRAWN, by=by, now=now)


def waiting_for(officer: Officer) -> QuerySet[Proposal]:
    """Return the changes of all agencies for an administrator, the oldest first, and none for others."""
    if not access.is_administrator(officer):
        return Proposal.objects.none()
    found = Proposal.objects.waiting().select_related("contact_point__agency", "replaces", "proposed_by")
    # No address is read with its row: one that no key fits would hide all others.
    return found.defer("contact_point__address", "replaces__address", "reason")


def _address(proposal: Proposal) -> str:
    return reverse("proposal", args=[proposal.contact_point.agency_id, proposal.pk])


CHANGES = second_person.register(
    second_person.WaitingKind(
        "CONTACT_POINT", _("Changes of contact points"), waiting_for, _address, page="changes-waiting"
    )
)


def is_last(contact_point: ContactPoint) -> bool:
    """Say whether no message reaches those on duty without this contact point."""
    if contact_point.audience != ContactPoint.Audience.DUTY:
        return False
    others = ContactPoint.objects.usable().filter(agency=contact_point.agency_id, audience=contact_point.audience)
    return not others.exclude(pk=contact_point.pk).exists()


def _locked(agency: Agency, by: Officer) -> Agency:
    access.require(access.may_propose(by, agency))
    # Changes of one agency wait for each other; with no_key, alerts do not wait for them.
    return Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)


def _changeable(contact_point: ContactPoint) -> ContactPoint:
    contact_point = ContactPoint.objects.select_related("agency").get(pk=contact_point.pk)
    is_waiting = Proposal.objects.waiting().touching(contact_point).exists()
    if is_waiting or contact_point.removed_at or not contact_point.confirmed_at:
        raise AlreadyProposed
    return contact_point


def _new_point(
    agency: Agency,
    transport: str,
    address: str,
    audience: str,
    priority: int,
    *,
    by: Officer,
    now: datetime,
    instead_of: ContactPoint | None = None,
) -> ContactPoint:
    same = agency.contact_points.listed().filter(transport=transport, audience=audience).at(address)
    if any(point != instead_of for point in same.defer("address")):
        raise AlreadyKnown
    contact_point = agency.contact_points.create(
        transport=transport, address=address, audience=audience, priority=priority
    )
    if transport != ContactPoint.Transport.LINE:
        verification.send_code(contact_point=contact_point, by=by, now=now)
    return contact_point


def _propose(
    kind: Proposal.Kind,
    contact_point: ContactPoint,
    *,
    by: Officer,
    now: datetime,
    replaces: ContactPoint | None = None,
) -> Proposal:
    proposal = Proposal.objects.create(
        kind=kind, contact_point=contact_point, replaces=replaces, proposed_by=by, proposed_at=now
    )
    _record(proposal, DirectoryEvent.Kind.PROPOSED, by=by, now=now)
    _tell(proposal, now=now)
    return proposal


def _waiting(proposal: Proposal) -> Proposal:
    # The agency is locked first, as everywhere in this file.
    Agency.objects.select_for_update(no_key=True).get(contact_points__proposals=proposal)
    proposal = Proposal.objects.select_related("contact_point__agency", "replaces").get(pk=proposal.pk)
    if proposal.state != State.WAITING:
        raise AlreadyDecided
    return proposal


def _require_second(proposal: Proposal, by: Officer) -> None:
    agency = proposal.contact_point.agency
    access.require(access.may_confirm(by, agency, proposed_by=proposal.proposed_by_id))


def _require_another(contact_point: ContactPoint, *, although_last: bool) -> None:
    if is_last(contact_point) and not although_last:
        raise LastOne


def _start_using(proposal: Proposal, *, now: datetime) -> None:
    new = proposal.contact_point
    if not new.verified_at or new.failing_since:
        raise NotVerified
    same = new.agency.contact_points.in_use().filter(transport=new.transport, audience=new.audience).at(new.address)
    if any(point != proposal.replaces for point in same.defer("address")):
        raise AlreadyKnown
    if proposal.replaces:
        _end_use(proposal.replaces.pk, now=now)
    new.confirmed_at = now
    new.save(update_fields=["confirmed_at"])
    if proposal.replaces:
        delivery.pass_on(contact_point=proposal.replaces)


def _remove(contact_point: ContactPoint, *, now: datetime) -> None:
    _end_use(contact_point.pk, now=now)
    delivery.pass_on(contact_point=contact_point)


def _end_use(contact_point: int, *, now: datetime) -> None:
    # The row stays, because the history points to it.
    ContactPoint.objects.filter(pk=contact_point).update(removed_at=now, address_index="")


def _drop_new(proposal: Proposal, *, now: datetime) -> None:
    if proposal.kind != Kind.REMOVE:
        _end_use(proposal.contact_point_id, now=now)


def _decide(proposal: Proposal, state: Proposal.State, *, by: Officer, now: datetime, reason: str = "") -> Proposal:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.reason = state, by, now, reason
    proposal.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    _record(proposal, EVENTS[state], by=by, now=now)
    _tell(proposal, now=now)
    return proposal


def _record(proposal: Proposal, kind: DirectoryEvent.Kind, *, by: Officer, now: datetime) -> None:
    DirectoryEvent.record(
        kind,
        agency=proposal.contact_point.agency,
        contact_point=proposal.contact_point,
        by=by,
        now=now,
        proposal=proposal.pk,
        change=proposal.kind,
        replaces=proposal.replaces_id,
    )


def _tell(proposal: Proposal, *, now: datetime) -> None:
    """Tell the usable contact points, and the one that is to be removed even when it fails; not the new one.

    They are told when it is proposed, so that they can object in time, and when it is decided.
    """
    going = proposal.contact_point if proposal.kind == Kind.REMOVE else proposal.replaces
    agency = proposal.contact_point.agency
    told = {point.pk: point for point in agency.contact_points.usable().select_related("agency").defer("address")}
    if going:
        told.setdefault(going.pk, going)
    if proposal.kind != Kind.REMOVE:
        told.pop(proposal.contact_point_id, None)
    key = f"proposal/{proposal.pk}/{proposal.state}"
    owed = [messages.change(proposal, is_this=point == going, to=point, key=key, now=now) for point in told.values()]
    if owed:
        Notification.objects.owe(owed)
