"""Open cases counted by state, and how long people waited for the first acknowledgement."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Min, Q

from agencies.models import Officer
from cases.models.case import CaseQuerySet
from cases.privacy import visibility

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Percentile(Aggregate):
    """The value below which `share` of all lie, interpolated (percentile_cont)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Counts:
    """Open cases by state."""

    red: int
    waiting: int
    held: int
    unheld_since: datetime | None  # when the oldest case that nobody holds was opened

    @property
    def open(self) -> int:
        return self.red + self.waiting + self.held


@dataclass(frozen=True)
class Waits:
    """From the opening of a case to its first acknowledgement; None when no case was acknowledged."""

    acknowledged: int
    median: timedelta | None
    p95: timedelta | None


def watched_cases(officer: Officer, *, exercises: bool) -> CaseQuerySet:
    """Return the cases that the officer watches over. Exercises only on request: they would make all look well."""
    cases = visibility.cases_for(officer)
    return cases if exercises else cases.filter(is_exercise=False)


def counts_for(officer: Officer, *, exercises: bool) -> Counts:
    unheld = Q(held_at__isnull=True)
    found = (
        watched_cases(officer, exercises=exercises)
        .open()
        .aggregate(
            red=Count("pk", filter=unheld & Q(red_since__isnull=False)),
            waiting=Count("pk", filter=unheld & Q(red_since__isnull=True)),
            held=Count("pk", filter=~unheld),
            unheld_since=Min("opened_at", filter=unheld),
        )
    )
    return Counts(**found)


def waits_for(officer: Officer, *, now: datetime, exercises: bool) -> dict[str, Waits]:
    """Return the waits of the last day and of the last week."""
    cases = watched_cases(officer, exercises=exercises)
    return {"day": waits(cases, since=now - DAY), "week": waits(cases, since=now - WEEK)}


def waits(cases: CaseQuerySet, *, since: datetime) -> Waits:
    waited = ExpressionWrapper(F("answered_at") - F("opened_at"), output_field=DurationField())
    found = (
        cases.filter(opened_at__gte=since)
        .annotate(answered_at=Min("dispatches__acknowledged_at"))
        .filter(answered_at__isnull=False)
        .annotate(waited=waited)
        .aggregate(
            acknowledged=Count("pk"),
            median=Percentile("waited", share=0.5),
            p95=Percentile("waited", share=0.95),
        )
    )
    return Waits(**found)
