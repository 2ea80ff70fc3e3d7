"""The desk's queue: the reports that wait, the most pressing first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, Prefetch, Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from agencies.access import scope_of
from agencies.models import Area, Officer
from cases.models import Case, Dispatch, Report
from cases.models.report import ReportQuerySet
from cases.privacy.visibility import reports_for

PAGE = 50
ORDER = ("rank", "received_at", "pk")  # the longest waiting first among equals


class View(models.TextChoices):
    ALL = "all", _("All in my areas")
    MINE = "mine", _("Mine")
    OVERDUE = "overdue", _("Past their time")
    TO_READ = "to-read", _("To be read")
    LOW_TRUST = "low-trust", _("Low trust")


class RowState(models.TextChoices):
    RED = "red", _("nobody has it")
    WAITING = "waiting", _("waiting")
    REPORT = "report", _("to be read")
    HELD = "held", _("held")


class Exercises(models.TextChoices):
    HIDDEN = "hidden", _("without exercises")
    SHOWN = "shown", _("with exercises")
    ONLY = "only", _("exercises only")


@dataclass(frozen=True)
class Wanted:
    """The filters that the officer chose; an empty one filters nothing."""

    view: str = View.ALL
    urgency: str = ""
    kind: str = ""
    state: str = ""
    province: str = ""
    exercises: str = Exercises.HIDDEN
    bundle: int | None = None  # only reports in this bundle; None: only reports in no bundle


@dataclass(frozen=True)
class Cursor:
    """The last row of a page, after which the next page begins (keyset paging)."""

    rank: int
    received_at: datetime
    pk: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a cursor from an address; None if `text` is none of ours."""
        try:
            rank, microseconds, pk = (int(part) for part in text.split("."))
            received_at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
        except (ValueError, OverflowError):
            return None
        return cls(rank, received_at, pk) if 0 <= rank < 10 and 0 < pk < 2**63 else None

    def __str__(self) -> str:
        microseconds = (self.received_at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
        return f"{self.rank}.{microseconds}.{self.pk}"


@dataclass(frozen=True)
class QueueRow:
    """A report in the queue, with its case and the agencies that were asked."""

    report: Report
    case: Case | None
    asked: Sequence[Dispatch]
    now: datetime

    @property
    def state(self) -> str:
        return self.case.state if self.case else RowState.REPORT

    @property
    def where(self) -> "Report | Case":
        """The row that knows the place: the case, once there is one, or the report."""
        return self.case or self.report

    @property
    def waiting_for(self) -> list[Dispatch]:
        return [dispatch for dispatch in self.asked if dispatch.state == "asked"]

    @property
    def held_by(self) -> list[Dispatch]:
        return [dispatch for dispatch in self.asked if dispatch.state in ("acknowledged", "arrived")]

    @property
    def declined(self) -> int:
        return sum(dispatch.declined_at is not None for dispatch in self.asked)

    @property
    def minutes_left(self) -> int | None:
        if self.case is None or self.case.next_ring_at is None:
            return None
        return max(0, math.ceil((self.case.next_ring_at - self.now).total_seconds() / 60))


@dataclass(frozen=True)
class Page:
    lines: list[QueueRow]
    next: Cursor | None


@dataclass(frozen=True)
class Counts:
    """How many open reports are in each state. Of the filters only that of exercises counts."""

    waiting: int  # all that nobody holds
    red: int
    mine: int
    overdue: int
    to_read: int
    held: int
    low_trust: int
    bundled: int


def page(*, officer: Officer, wanted: Wanted, after: Cursor | None, now: datetime) -> Page:
    found = _wanted(_unfolded(_open_for(officer), wanted), officer=officer, wanted=wanted, now=now).with_rank()
    if after:
        found = found.filter(
            Q(rank__gt=after.rank)
            | Q(rank=after.rank, received_at__gt=after.received_at)
            | Q(rank=after.rank, received_at=after.received_at, pk__gt=after.pk)
        )
    asked = Dispatch.objects.select_related("agency").defer("acknowledged_by_name").order_by("pk")
    rows = (
        found.select_related("province", "district", "case__province", "case__district")
        .unread()
        .defer("case__widened_reason")
        .prefetch_related(Prefetch("case__dispatches", queryset=asked))
        .order_by(*ORDER)
    )
    reports = list(rows[: PAGE + 1])
    last = reports[PAGE - 1] if len(reports) > PAGE else None
    following = Cursor(last.rank, last.received_at, last.pk) if last else None  # type: ignore[attr-defined]
    return Page([_row(report, now=now) for report in reports[:PAGE]], following)


def _row(report: Report, *, now: datetime) -> QueueRow:
    asked = list(report.case.dispatches.all()) if report.case else []
    return QueueRow(report, report.case, asked, now)


def counts(*, officer: Officer, exercises: str, now: datetime) -> Counts:
    found = _wanted(_open_for(officer), officer=officer, wanted=Wanted(exercises=exercises), now=now)
    return Counts(
        **found.aggregate(
            waiting=Count("pk", filter=Q(case__held_at__isnull=True)),
            red=Count("pk", filter=Q(case__red_since__isnull=False)),
            mine=Count("pk", filter=Q(case__owner=officer)),
            overdue=Count("pk", filter=_is_overdue(now)),
            to_read=Count("pk", filter=Q(case__isnull=True)),
            held=Count("pk", filter=Q(case__held_at__isnull=False)),
            bundled=Count("pk", filter=Report.LIES_IN_BUNDLE),
            low_trust=Count("pk", filter=Q(marks__overlap=list(Report.LOW_TRUST))),
        )
    )


def provinces(officer: Officer) -> models.QuerySet[Area]:
    scope = scope_of(_with_areas(officer))
    found = Area.objects.provinces().order_by("name_th")
    return found if scope.provinces is None else found.filter(code__in=scope.provinces)


def reference_known(*, officer: Officer, text: str) -> Report | None:
    """Find the report of a reference typed in upper or lower case, with or without the dash."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    reference = f"{letters[:4]}-{letters[4:]}"
    return reports_for(_with_areas(officer)).unread().filter(reference=reference).first()


def _with_areas(officer: Officer) -> Officer:
    """Load the officer's areas once for the page, not once for each query."""
    prefetch_related_objects([officer], "areas")
    return officer


def _open_for(officer: Officer) -> ReportQuerySet:
    return reports_for(_with_areas(officer)).unsettled()


def _unfolded(found: ReportQuerySet, wanted: Wanted) -> ReportQuerySet:
    """Return the reports of the wanted bundle, or without one those that lie in no bundle."""
    return found.filter(bundle=wanted.bundle) if wanted.bundle else found.exclude_bundles()


def _is_overdue(now: datetime) -> Q:
    return Q(case__held_at__isnull=True) & (Q(case__red_since__isnull=False) | Q(case__next_ring_at__lte=now))


def _wanted(found: ReportQuerySet, *, officer: Officer, wanted: Wanted, now: datetime) -> ReportQuerySet:
    asked_for = [
        {
            View.MINE: Q(case__owner=officer),
            View.OVERDUE: _is_overdue(now),
            View.TO_READ: Q(case__isnull=True),
            View.LOW_TRUST: Q(marks__overlap=list(Report.LOW_TRUST)),
        }.get(wanted.view, Q()),  # type: ignore[call-overload]
        {
            RowState.RED: Q(case__red_since__isnull=False),
            RowState.WAITING: Q(case__isnull=False, case__held_at__isnull=True, case__red_since__isnull=True),
            RowState.REPORT: Q(case__isnull=True),
            RowState.HELD: Q(case__held_at__isnull=False),
        }.get(wanted.state, Q()),  # type: ignore[call-overload]
        {
            Exercises.HIDDEN: Q(is_exercise=False),
            Exercises.ONLY: Q(is_exercise=True),
        }.get(wanted.exercises, Q()),  # type: ignore[call-overload]
        Q(case__urgency=wanted.urgency) if wanted.urgency else Q(),
        Q(kind=wanted.kind) if wanted.kind else Q(),
        _is_in(wanted.province) if wanted.province else Q(),
    ]
    return found.filter(*asked_for)


def _is_in(province: str) -> Q:
    """Match the province of the case; of the report only if there is no case."""
    by_case = Q(case__province=province) | Q(case__second_province=province)
    by_report = Q(province=province) | Q(second_province=province)
    return by_case | Q(by_report, case__isnull=True)
