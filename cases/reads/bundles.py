"""Bundles in the queue: one line for many from one network, with the worst that is among them."""

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
    """What of a bundle is open and lies in it still: taken up by itself, a report leaves it."""

    bundle: Bundle
    count: int
    danger: int
    written: int
    red: int
    held_back: int
    last_at: datetime

    @property
    def state(self) -> str:
        return "red" if self.red else "waiting"


def lines(officer: Officer, *, only: int | None = None, most: int = SHOWN) -> list[BundleLine]:
    """Those that nobody has looked at first, the oldest of them on top. One question, however many lie in them."""
    found = _open_for(officer)
    if only is not None:
        found = found.filter(bundle=only)
    counted = {
        "count": Count("reports"),
        "danger": Count("reports", filter=Q(reports__case__urgency="EMERGENCY")),
        "written": Count("reports", filter=Q(reports__case__isnull=True)),
        "red": Count("reports", filter=Q(reports__case__red_since__isnull=False)),
        "held_back": Count("reports", filter=Q(reports__case__ring=0)),
        "last_at": Max("reports__received_at"),
    }
    bundles = Bundle.objects.filter(reports__in=found.order_by()).annotate(**counted)
    bundles = bundles.select_related("province", "looked_by").defer("province__boundary")
    first = bundles.order_by(F("looked_at").desc(nulls_first=True), "pk")[:most]
    return [BundleLine(bundle, **{name: getattr(bundle, name) for name in counted}) for bundle in first]


def bundle_for(officer: Officer, pk: int) -> Bundle | None:
    """The bundle, if the officer may see any report in it."""
    found = reports_for(officer).filter(bundle=pk)
    return Bundle.objects.select_related("province", "looked_by").filter(Exists(found), pk=pk).first()


def ticked(officer: Officer, *, bundle: Bundle, references: Collection[str]) -> ReportQuerySet:
    """Of these references, what is open and still lies in the bundle."""
    return _open_for(officer).filter(bundle=bundle, reference__in=references)


def unread(reports: ReportQuerySet) -> ReportQuerySet:
    """Those that carry words which nobody has opened. No word is decrypted to tell."""
    later = Exists(Message.objects.filter(report=OuterRef("pk")))
    says_something = ~Q(narrative="", wants="", contact="", place="") | later
    reading = AccessEvent.objects.filter(is_refused=False)
    was_read = Exists(reading.filter(report=OuterRef("pk"))) | Exists(reading.filter(case=OuterRef("case")))
    return reports.filter(says_something).exclude(was_read)


def unread_of(reports: Collection[int]) -> set[int]:
    """Which of these, that the officer sees anyway."""
    return set(unread(Report.objects.filter(pk__in=reports)).values_list("pk", flat=True))


def _open_for(officer: Officer) -> ReportQuerySet:
    return reports_for(officer).unsettled().in_bundles()
