"""Numbers for the monitoring of the machines; no personal data."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import Coalesce, Greatest

from agencies.models import Heartbeat, MalformedCall, Notification, TransportState
from cases.models import Case, Dispatch

State = Notification.State
BUCKETS_MINUTES = (1, 2, 5, 10, 30)
OPEN_STATES = {
    "waiting": Q(held_at__isnull=True, red_since__isnull=True),
    "held": Q(held_at__isnull=False),
    "red": Q(held_at__isnull=True, red_since__isnull=False),
}


@dataclass(frozen=True)
class Messages:
    """The messages of one state on one transport. The ages are 0 when none is due, or none is owed."""

    state: str
    transport: str
    count: int
    oldest_due_seconds: float
    oldest_owed_seconds: float  # since it was owed, however often it was put off


@dataclass(frozen=True)
class Acknowledgements:
    """`within` says how many acknowledgements came within so many minutes, cumulatively; `seconds` is their sum."""

    within: dict[int, int]
    count: int
    seconds: float


def messages(*, now: datetime) -> list[Messages]:
    rows = (
        Notification.objects.filter(state__in=[State.QUEUED, State.SENDING, State.FAILED])
        .values("state", "transport")
        .annotate(count=Count("pk"), oldest=Min("due_at", filter=Q(due_at__lte=now)), owed=Min("created_at"))
        .order_by("state", "transport")
    )
    return [
        Messages(
            row["state"],
            row["transport"],
            row["count"],
            _age(row["state"], row["oldest"], now=now),
            _age(row["state"], row["owed"], now=now),
        )
        for row in rows
    ]


def _age(state: str, oldest: datetime | None, *, now: datetime) -> float:
    """Return the age of the oldest message in seconds; 0 for failed ones, which are owed no more."""
    if oldest is None or state == Notification.State.FAILED:
        return 0.0
    return (now - oldest).total_seconds()


def acknowledgements() -> Acknowledgements:
    """Count the acknowledgements by the time from asking to answer. Exercises are left out: they would flatter."""
    taken = Dispatch.objects.filter(acknowledged_at__isnull=False, case__is_exercise=False)
    # Never less than nothing: a clock may have been set in between.
    waited = Greatest(F("acknowledged_at") - F("asked_at"), timedelta())
    buckets = {
        f"within_{minutes}": Count("pk", filter=Q(waited__lte=timedelta(minutes=minutes)))
        for minutes in BUCKETS_MINUTES
    }
    found = taken.annotate(waited=waited).aggregate(
        count=Count("pk"), total=Coalesce(Sum("waited"), timedelta()), **buckets
    )
    within = {minutes: found[f"within_{minutes}"] for minutes in BUCKETS_MINUTES}
    return Acknowledgements(within, found["count"], found["total"].total_seconds())


def failures() -> dict[str, tuple[int, datetime | None]]:
    """Return, by transport that was ever tried, its failures since the last success, and since when it fails."""
    rows = TransportState.objects.order_by("transport")
    return {row.transport: (row.failures, row.failing_since) for row in rows}


def open_cases() -> dict[str, int]:
    counts = {state: Count("pk", filter=condition) for state, condition in OPEN_STATES.items()}
    return Case.objects.open().filter(is_exercise=False).aggregate(**counts)


def clocks_ahead() -> dict[str, float]:
    """Return by how many seconds the clock of each process is ahead of the database's."""
    return {beat.process.lower(): beat.ahead_seconds for beat in Heartbeat.objects.all()}


def malformed_calls() -> dict[str, int]:
    """Count, by our address, what providers told us in a way that we do not understand."""
    return dict(MalformedCall.objects.values_list("hook", "count"))


def heartbeat_ages(*, now: datetime) -> dict[str, float]:
    return {beat.process.lower(): (now - beat.at).total_seconds() for beat in Heartbeat.objects.all()}
