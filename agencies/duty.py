"""Opening hours, planning duty and handing it over. A shift that has ended is never changed."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from agencies.models import Agency, DirectoryEvent, Duty, HandOver, Officer, Week

DAY, WEEK = timedelta(days=1), timedelta(days=7)
# A taker's own shift that begins within this time begins at once.
EARLY = timedelta(hours=4)
# An officer who forgot to hand over may still do so for this long after the shift.
LATE = timedelta(hours=4)
# The length of a taker's duty when neither has a shift that runs.
UNPLANNED = timedelta(hours=8)


class Overlapping(Exception):
    """The officer is on duty already for a part of this time."""


class AlreadyOver(Exception):
    """The shift has ended, so it is not changed."""


class NotOnDuty(Exception):
    """The officer is not on duty, and was not on duty just before, so cannot hand over."""


class NotAColleague(Exception):
    """The other officer is not active, or belongs to another agency."""


class NoLongerOffered(Exception):
    """The hand-over was withdrawn or is long over, or is for somebody else."""


@transaction.atomic
def open_at(
    *,
    agency: Agency,
    hours: Week | None,
    closed_on: list[date],
    capabilities: list[str],
    by: Officer,
    now: datetime,
) -> None:
    """Set when an agency is open and what it can do. Only what really changes adds a line to the history."""
    agency = Agency.objects.select_for_update(of=["self"]).get(pk=agency.pk)
    changed = []
    if (agency.hours, agency.closed_on) != (hours, closed_on):
        changed.append(DirectoryEvent.Kind.HOURS_CHANGED)
    if set(agency.capabilities) != set(capabilities):
        changed.append(DirectoryEvent.Kind.ABILITIES_CHANGED)
    agency.hours, agency.closed_on, agency.capabilities = hours, closed_on, capabilities
    agency.save(update_fields=["hours", "closed_on", "capabilities"])
    for kind in changed:
        DirectoryEvent.record(kind, agency=agency, by=by, now=now)


def plan(
    *,
    agency: Agency,
    officer: Officer,
    starts_at: datetime,
    ends_at: datetime,
    by: Officer,
    phone: str = "",
    days: int = 1,
) -> list[Duty]:
    """Plan the same shift on `days` successive days: all of them, or none.

    Raises Overlapping and NotAColleague.
    """
    _colleague(officer, agency)
    shifts = [
        Duty(
            agency=agency,
            officer=officer,
            starts_at=starts_at + n * DAY,
            ends_at=ends_at + n * DAY,
            phone=phone,
            planned_by=by,
        )
        for n in range(days)
    ]
    try:
        with transaction.atomic():
            return Duty.objects.bulk_create(shifts)
    except IntegrityError as error:
        raise Overlapping from error


def _colleague(officer: Officer, agency: Agency) -> None:
    if officer.agency_id != agency.pk or not officer.is_active:
        raise NotAColleague


@transaction.atomic
def change(
    *,
    duty: Duty,
    officer: Officer,
    starts_at: datetime,
    ends_at: datetime,
    by: Officer,
    now: datetime,
    phone: str = "",
) -> Duty:
    """Change a shift. Of one that has begun, only the part to come changes.

    Raises AlreadyOver, Overlapping and NotAColleague.
    """
    duty = Duty.objects.select_for_update(of=["self"]).select_related("agency", "officer").get(pk=duty.pk)
    if duty.ends_at <= now:
        raise AlreadyOver
    _colleague(officer, duty.agency)
    if duty.starts_at <= now:
        # It is a fact who was on duty until now. Another officer takes a shift of their own, or a hand-over.
        officer, starts_at, ends_at = duty.officer, duty.starts_at, max(ends_at, now)
    duty.officer, duty.starts_at, duty.ends_at, duty.phone, duty.planned_by = officer, starts_at, ends_at, phone, by
    _save(duty)
    DirectoryEvent.record(DirectoryEvent.Kind.SHIFT_CHANGED, agency=duty.agency, by=by, now=now, **_facts(duty))
    return duty


def _facts(duty: Duty) -> dict[str, Any]:
    return {"officer": duty.officer_id, "from": duty.starts_at.isoformat(), "until": duty.ends_at.isoformat()}


def _save(duty: Duty) -> None:
    try:
        with transaction.atomic():
            duty.save()
    except IntegrityError as error:
        raise Overlapping from error


@transaction.atomic
def remove(*, duty: Duty, by: Officer, now: datetime) -> None:
    """Delete a shift to come, or end one that runs. Raises AlreadyOver."""
    duty = Duty.objects.select_for_update(of=["self"]).select_related("agency").get(pk=duty.pk)
    if duty.ends_at <= now:
        raise AlreadyOver
    DirectoryEvent.record(DirectoryEvent.Kind.SHIFT_REMOVED, agency=duty.agency, by=by, now=now, **_facts(duty))
    if duty.starts_at >= now:
        duty.delete()
    else:
        duty.ends_at, duty.planned_by = now, by
        duty.save(update_fields=["ends_at", "planned_by"])


@transaction.atomic
def copy_week(*, agency: Agency, start: datetime, by: Officer, now: datetime) -> int:
    """Plan the shifts that begin in the week from `start` again a week later. Return how many are new.

    Shifts that would overlap or lie in the past are left out, so pressing twice adds nothing.
    """
    source = Duty.objects.valid().of_agency(agency).starting(start, start + WEEK)
    copied = 0
    for duty in source.select_related("officer"):
        starts_at, ends_at = duty.starts_at + WEEK, duty.ends_at + WEEK
        taken = Duty.objects.filter(officer=duty.officer).between(starts_at, ends_at)
        if ends_at > now and not taken.exists():
            plan(agency=agency, officer=duty.officer, starts_at=starts_at, ends_at=ends_at, by=by, phone=duty.phone)
            copied += 1
    return copied


@transaction.atomic
def hand_over(*, by: Officer, to: Officer, note: str, now: datetime) -> HandOver:
    """Offer the duty to a colleague. `by` is on duty until the colleague takes it.

    An offer that nobody has taken is withdrawn. Raises NotOnDuty and NotAColleague.
    """
    if last_shift(by, now=now) is None:
        raise NotOnDuty
    _colleague(to, by.agency)
    if to.pk == by.pk:
        raise NotAColleague
    HandOver.objects.open().filter(given_by=by).update(withdrawn_at=now)
    return HandOver.objects.create(agency=by.agency, given_by=by, given_to=to, note=note, given_at=now)


def last_shift(officer: Officer, *, now: datetime) -> Duty | None:
    """Return the shift that this officer can hand over: the one that runs, or that ended within LATE."""
    recent = Duty.objects.valid().filter(officer=officer, starts_at__lt=now, ends_at__gt=now - LATE)
    return recent.order_by("-starts_at").first()


def withdraw(*, hand_over: HandOver, by: Officer, now: datetime) -> None:
    """Take the offer back, as its giver. Do nothing when somebody took it meanwhile."""
    HandOver.objects.open().filter(pk=hand_over.pk, given_by=by).update(withdrawn_at=now)


@transaction.atomic
def take_over(*, hand_over: HandOver, by: Officer, now: datetime) -> Duty:
    """Put `by` on duty from now on and end the shift of the giver. Raises NoLongerOffered.

    It ends with the taker's own shift, if one runs or begins soon; otherwise when the giver's would have ended.
    """
    found = HandOver.objects.select_for_update(of=["self"]).select_related("given_by", "agency").get(pk=hand_over.pk)
    if found.given_to_id != by.pk or found.withdrawn_at:
        raise NoLongerOffered
    current = Duty.objects.on_at(now=now).filter(officer=by, agency=found.agency).first()
    if found.taken_at:
        if current:
            return current  # A second press is not an error.
        raise NoLongerOffered
    found.taken_at = now
    found.save(update_fields=["taken_at"])
    until = _end_shift(found, now=now)
    return current or _begin(found, by=by, until=until, now=now)


def _end_shift(given: HandOver, *, now: datetime) -> datetime:
    """End the giver's shift now. Return when it would have ended."""
    running = Duty.objects.filter(officer=given.given_by, agency=given.agency, starts_at__lt=now, ends_at__gt=now)
    shift = running.select_for_update(of=["self"]).first()
    if shift is None:
        return now + UNPLANNED
    until, shift.ends_at = shift.ends_at, now
    shift.save(update_fields=["ends_at"])
    return until


def _begin(given: HandOver, *, by: Officer, until: datetime, now: datetime) -> Duty:
    own = Duty.objects.filter(officer=by, starts_at__gt=now).order_by("starts_at").first()
    if own and own.agency_id == given.agency_id and own.starts_at <= now + EARLY:
        own.starts_at = now
        own.save(update_fields=["starts_at"])
        return own
    ends_at = min(until, own.starts_at) if own else until
    return Duty.objects.create(agency=given.agency, officer=by, starts_at=now, ends_at=ends_at, planned_by=by)
