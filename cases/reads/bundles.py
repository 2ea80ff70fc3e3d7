"""The bundles of the queue: one row for many reports from one network, with the worst state among them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from agencies.models import Officer
from cases.models import AccessEvent, Bundle, Message, Report
from cases.models.report import ReportQuerySet
from cases.privacy.visibility import reports_for

SHOWN = 10  # in the queue; the next ones when these are looked at


@dataclass(frozen=True)
class BundleLine:
    """A bundle, and counts of the open reports that still lie in it. A report that somebody takes up leaves it."""

    bundle: Bundle
    count: int
    danger: int
    written: int
    red: int
    withheld: int
    last_at: datetime

    @property
    def state(self) -> str:
        return "red" if self.red else "waiting"


def lines(officer: Officer, *, only: int | None = None, most: int = SHOWN) -> list[BundleLine]:
    """Return the officer's bundles, those that nobody has looked at first, the oldest on top. One query."""
    found = _open_for(officer)
    if only is not None:
        found = found.filter(bundle=only)
    counted = {
        "count": Count("reports"),
        "danger": Count("reports", filter=Q(reports__case__urgency="EMERGENCY")),
        "written": Count("reports", filter=Q(reports__case__isnull=True)),
        "red": Count("reports", filter=Q(reports__case__red_since__isnull=False)),
        "withheld": Count("reports", filter=Q(reports__case__ring=0)),
        "last_at": Max("reports__received_at"),
    }
    bundles = Bundle.objects.filter(reports__in=found.order_by()).annotate(**counted)
    bundles = bundles.select_related("province", "looked_by").defer("province__boundary")
    first = bundles.order_by(F("looked_at").desc(nulls_first=True), "pk")[:most]
    return [BundleLine(bundle, **{name: getattr(bundle, name) for name in counted}) for bundle in first]


def bundle_for(officer: Officer, pk: int) -> Bundle | None:
    found = reports_for(officer).filter(bundle=pk)
    return Bundle.objects.select_related("province", "looked_by").filter(Exists(found), pk=pk).first()


def ticked(officer: Officer, *, bundle: Bundle, references: Collection[str]) -> ReportQuerySet:
    """Return the open reports with these references that still lie in the bundle."""
    return _open_for(officer).filter(bundle=bundle, reference__in=references)


def unread(reports: ReportQuerySet) -> ReportQuerySet:
    """Return the reports with words that nobody has opened. The question decrypts nothing."""
    later = Exists(Message.objects.filter(report=OuterRef("pk")))
    says_something = ~Q(narrative="", wants="", contact="", place="") | later
    reading = AccessEvent.objects.filter(is_refused=False)
    was_read = Exists(reading.filter(report=OuterRef("pk"))) | Exists(reading.filter(case=OuterRef("case")))
    return reports.filter(says_something).exclude(was_read)


def unread_of(reports: Collection[int]) -> set[int]:
    """Return the keys of those reports that are unread. The caller has checked that the officer may see them."""
    return set(unread(Report.objects.filter(pk__in=reports)).values_list("pk", flat=True))


def _open_for(officer: Officer) -> ReportQuerySet:
    return reports_for(officer).unsettled().in_bundles()
