"""What the reporter may know of their report: who was told, who has read it, whether we know the place."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Min
from django.db.models.functions import Collate
from django.utils.translation import get_language

from agencies import areas
from agencies.models import Agency, Area
from cases.models import AccessEvent, Case, Dispatch, Position, Report

# The reporter sees the names of these agencies. Others may be secret shelters, so only their number is shown.
NAMED = (Dispatch.Why.DESK, Dispatch.Why.SECOND_DESK, Dispatch.Why.NATIONAL_DESK, Dispatch.Why.CUSTODIAN)


_OF_POSITION = (
    "report",
    "source",
    "point",
    "accuracy_m",
    "area__code",
    "area__level",
    "area__name_th",
    "area__name_en",
)


@dataclass(frozen=True)
class Receipt:
    report: Report
    desks: list[Agency] = field(default_factory=list)  # told first
    others: int = 0  # how many more were told
    read_at: datetime | None = None  # when a person first opened it
    held_at: datetime | None = None  # when enough of those who were asked took it up
    measured: Position | None = None  # the most exact place
    named: Area | None = None  # the smallest area that the person chose
    area: Area | None = None  # where we think it is, never more exact than the district

    @property
    def is_placed(self) -> bool:
        return self.measured is not None or self.named is not None

    @property
    def is_exact(self) -> bool:
        """Whether we need not ask for the place: we have a point or a sub-district."""
        return self.measured is not None or (self.named is not None and len(self.named.code) == 6)


def receipt_of(report: Report) -> Receipt:
    case = report.case
    asked = _asked(case) if case else []
    desks = [dispatch.agency for dispatch in asked if dispatch.why in NAMED and not dispatch.agency.location_secret]
    positions = list(report.positions.places().select_related("area").only(*_OF_POSITION))
    measured = [position for position in positions if position.point]
    named = [position.area for position in positions if position.area]
    return Receipt(
        report=report,
        desks=desks,
        others=len(asked) - len(desks),
        read_at=case.first_read_at if case else _first_read(report),
        held_at=case.held_at if case else None,
        measured=min(measured, key=_is_less_sure) if measured else None,
        named=max(named, key=lambda area: len(area.code)) if named else None,
        area=report.district or areas.known(report.province_id or ""),
    )


def _is_less_sure(position: Position) -> tuple[int, int]:
    """Sort by doubt (read from words or a photo is less sure), then by the accuracy in metres."""
    return position.doubt, position.accuracy_m or 0


def _asked(case: Case) -> list[Dispatch]:
    names = ("agency__name_th", "agency__name_en", "agency__location_secret")
    return list(case.dispatches.live().select_related("agency").only("case", "why", *names).order_by("pk"))


def _first_read(report: Report) -> datetime | None:
    read = AccessEvent.objects.filter(report=report, is_refused=False)
    return read.aggregate(at=Min("at"))["at"]


def places_within(area: Area | None) -> list[Area]:
    """Return the provinces, or the districts or sub-districts of `area`, in the order of the reader's alphabet."""
    found = Area.objects.within(area.code) if area else Area.objects.provinces()
    order = Collate("name_th", "th-x-icu") if get_language() == "th" else F("name_en")
    return list(found.defer("centroid", "boundary").order_by(order))
