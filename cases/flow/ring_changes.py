"""Changing the rings of a province: one officer proposes a complete set, another one confirms it."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from agencies.models import Agency, Area, ContactPoint, Notification, Officer
from cases.flow.dispatching import messages
from cases.models import RingChange, RingDecision, RingPolicy
from cases.privacy.locks import one_at_a_time
from cases.rings.plan import Ring
from cases.rings.soundness import problems_of


class RingsRefused(Exception):
    """With these rings an alert could reach nobody in time; `problems` says why, in words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__()
        self.problems = problems


class AlreadyProposed(Exception):
    """Another change of the same set of rings waits for a second person."""


class AlreadyDecided(Exception):
    """A colleague has confirmed or withdrawn the change meanwhile."""


class SamePerson(Exception):
    """An officer cannot confirm what they proposed themselves."""


@transaction.atomic
def propose(
    *, province: Area | None, urgency: str, rings: list[Ring], requires: list[str], by: Officer, now: datetime
) -> RingChange:
    """Propose a complete new set of rings. Nothing changes until a second person confirms it.

    Without any rings, it proposes to remove the set, so that a less particular one counts. Raises RingsRefused or
    AlreadyProposed.
    """
    if problems := list(problems_of(rings, requires)) if rings else []:
        raise RingsRefused(problems)
    code = province.code if province else None
    _wait_for_turn(code, urgency)
    if RingChange.objects.about(province=code, urgency=urgency).undecided().exists():
        raise AlreadyProposed
    change = RingChange.objects.create(
        province=province,
        urgency=urgency,
        rings=rings,
        requires=requires if rings else [],
        proposed_by=by,
        proposed_at=now,
    )
    _tell(change, step="proposed", now=now)
    return change


@transaction.atomic
def confirm(*, change: RingChange, by: Officer, now: datetime) -> RingDecision:
    """Put the proposed rings into force: cases that are opened from now on have them.

    The rings are checked again, because the directory may have changed. Raises SamePerson, AlreadyDecided or
    RingsRefused.
    """
    if change.proposed_by_id == by.pk:
        raise SamePerson
    if problems := list(problems_of(change.rings, change.requires)) if change.rings else []:
        raise RingsRefused(problems)
    decision = _decide(change, is_confirmed=True, by=by, now=now)
    RingPolicy.objects.filter(province=change.province_id, urgency=change.urgency).delete()
    RingPolicy.objects.bulk_create(_rows(change))
    _tell(change, step="confirmed", now=now)
    return decision


@transaction.atomic
def withdraw(*, change: RingChange, by: Officer, now: datetime) -> RingDecision:
    """End the proposal without any change; its proposer may do that too. Raises AlreadyDecided."""
    return _decide(change, is_confirmed=False, by=by, now=now)


def _decide(change: RingChange, *, is_confirmed: bool, by: Officer, now: datetime) -> RingDecision:
    _wait_for_turn(change.province_id, change.urgency)
    if RingDecision.objects.filter(change=change).exists():
        raise AlreadyDecided
    return RingDecision.objects.create(
        change=change, is_confirmed=is_confirmed, by=by, at=now, proposed_by_id=change.proposed_by_id
    )


def _wait_for_turn(province: str | None, urgency: str) -> None:
    """Make two decisions about the same set wait for each other: there may be no row yet to lock."""
    one_at_a_time(f"rings/{province or ''}/{urgency}")


def _rows(change: RingChange) -> Iterator[RingPolicy]:
    for number, ring in enumerate(change.rings, start=1):
        requires = change.requires if number == 1 else []
        yield RingPolicy(
            province_id=change.province_id, urgency=change.urgency, ring=number, requires=requires, **ring
        )


def _tell(change: RingChange, *, step: str, now: datetime) -> None:
    key = f"rings/{change.pk}/{step}"
    owed = [messages.rings_changed(change, step, to=contact, key=key, now=now) for contact in _supervisors(change)]
    if owed:
        Notification.objects.owe(owed)


def _supervisors(change: RingChange) -> list[ContactPoint]:
    """Return the addresses of the supervisors of the province's desk or, without any, of the national desk."""
    usable = ContactPoint.objects.usable().filter(audience=ContactPoint.Audience.SUPERVISOR)
    desk = Agency.objects.desk_of(change.province_id) if change.province_id else Agency.objects.none()
    return list(usable.filter(agency__in=desk)) or list(usable.filter(agency__in=Agency.objects.last_resort()))
