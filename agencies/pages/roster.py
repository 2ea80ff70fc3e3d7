"""What the pages of duty show: who is on duty now, the week, and its gaps."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from agencies import access
from agencies.models import Agency, Duty, HandOver, Officer, Span
from agencies.models.agency import IS_DESK, AgencyQuerySet

AHEAD = timedelta(days=7)  # how far gaps are looked for
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST = 50  # agencies on one page; a name narrows it


@dataclass(frozen=True)
class Day:
    day: date
    shifts: list[Duty]  # those that begin on this day
    is_today: bool


@dataclass(frozen=True)
class Board:
    """The duty of one agency."""

    agency: Agency
    on_duty: list[Duty]
    hand_overs: list[HandOver]  # nobody has taken them yet
    gaps: list[Span]
    horizon: datetime  # the end of the search for gaps: one that ends here may go on
    is_planned: bool
    week: date  # its Monday
    days: list[Day]

    @property
    def is_wanted(self) -> bool:
        return self.is_planned or self.agency.is_desk

    @property
    def is_empty_week(self) -> bool:
        return not any(day.shifts for day in self.days)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_asked_for(text: str, *, now: datetime) -> date:
    """Return the Monday of the day in `text` (ISO 8601); this week's for anything else."""
    today = timezone.localtime(now).date()
    try:
        asked = monday_of(date.fromisoformat(text))
    except (ValueError, OverflowError):
        return monday_of(today)
    return asked if abs(asked - today) < timedelta(days=3_660) else monday_of(today)


def start_of(day: date) -> datetime:
    """Return the midnight in Bangkok at which the day begins."""
    return timezone.make_aware(datetime.combine(day, time()))


def board(agency: Agency, *, week: date, now: datetime) -> Board:
    ours = Duty.objects.valid().of_agency(agency).select_related("officer")
    shifts = list(ours.starting(start_of(week), start_of(week + WEEK)))
    today, days = timezone.localtime(now).date(), [week + n * DAY for n in range(7)]
    by_day = {day: [shift for shift in shifts if timezone.localtime(shift.starts_at).date() == day] for day in days}
    return Board(
        agency=agency,
        on_duty=list(ours.on_at(now=now)),
        hand_overs=list(HandOver.objects.open().of_agency(agency).with_names()),
        gaps=Duty.objects.gaps([agency], start=now, end=now + AHEAD)[agency.pk],
        horizon=now + AHEAD,
        is_planned=Duty.objects.planned(now=now).of_agency(agency).exists(),
        week=week,
        days=[Day(day, begun, day == today) for day, begun in by_day.items()],
    )


@dataclass(frozen=True)
class DutyRow:
    """An agency in the list of duties."""

    agency: Agency
    on_duty: list[Duty]
    gap: Span | None  # the first of the next days
    is_planned: bool


def duty_rows(officer: Officer, *, words: str, now: datetime) -> tuple[list[DutyRow], bool]:
    """Return desks and agencies that plan duty, and whether some are left out.

    With `words`, return all agencies that have this part in their name.
    """
    found = _wanted(access.duty_seen_by(officer), words=words, now=now)
    on_duty = Duty.objects.on_at(now=now).select_related("officer")
    found = found.prefetch_related(Prefetch("duties", on_duty, to_attr="on_duty"))
    agencies = list(found.order_by("-is_planned", "province", "kind", "name_th")[: MOST + 1])
    gaps = Duty.objects.gaps(agencies[:MOST], start=now, end=now + AHEAD)
    return [_row(agency, gaps[agency.pk]) for agency in agencies[:MOST]], len(agencies) > MOST


def _wanted(agencies: AgencyQuerySet, *, words: str, now: datetime) -> Any:
    planned = Exists(Duty.objects.planned(now=now).filter(agency=OuterRef("pk")))
    wanted = agencies.named(words) if words else agencies.filter(planned | IS_DESK)
    return wanted.annotate(is_planned=planned)


def _row(agency: Agency, gaps: list[Span]) -> DutyRow:
    planned: bool = agency.is_planned  # type: ignore[attr-defined]
    is_wanted = planned or agency.is_desk
    return DutyRow(agency, agency.on_duty, gaps[0] if gaps and is_wanted else None, planned)  # type: ignore[attr-defined]
