"""What an agency is shown of a dispatch, through the link in a message or after a login."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import get_language_info

from agencies.models import Agency, Area, Hotline, Officer
from cases.models import AcknowledgementLink, Case, Consent, ContactRule, Dispatch, LiveShare, Position, Report
from cases.models.position import PositionQuerySet
from cases.privacy import safe_contact, visibility

OVER_SHOWN = 50  # of those that are over, the newest
AROUND_M = 25_000
AROUND_SHOWN = 12

_PLAIN = ("case__widened_reason", "case__plan")  # never needed here


def link_of(token: str) -> AcknowledgementLink | None:
    dispatch = ("dispatch__agency", "dispatch__case__district", "dispatch__case__province")
    plain = [f"dispatch__{name}" for name in _PLAIN]
    return AcknowledgementLink.objects.of_token(token).select_related(*dispatch).defer(*plain).first()


def _with_case(dispatches: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Order live dispatches first, and among them the unanswered ones that are due soonest."""
    return (
        dispatches.select_related("agency", "case__district", "case__province")
        .defer(*_PLAIN)
        .alias(is_over=Q(declined_at__isnull=False) | Q(ended_at__isnull=False))
        .order_by("is_over", F("acknowledged_at").desc(nulls_first=True), "acknowledgement_due_at", "-pk")
    )


def dispatch_for(officer: Officer, reference: str) -> Dispatch | None:
    """Return the dispatch of this case to the officer's agency; a live one rather than one that is over."""
    return _with_case(visibility.dispatches_for(officer).filter(case__reference=reference)).first()


def live_for(officer: Officer) -> list[Dispatch]:
    return list(_with_case(visibility.dispatches_for(officer).live()))


def over_for(officer: Officer) -> list[Dispatch]:
    over = visibility.dispatches_for(officer).filter(Q(declined_at__isnull=False) | Q(ended_at__isnull=False))
    return list(_with_case(over).order_by("-asked_at", "-pk")[:OVER_SHOWN])


@dataclass(frozen=True)
class WhomToCall:
    desks: list[Agency]
    hotlines: list[Hotline]


def whom_to_call(case: Case) -> WhomToCall:
    """Return whom a responder may call about the case; for a sealed case the custodians, not the province."""
    desks = Agency.objects.custodians() if case.is_sealed else Agency.objects.desk_of(*case.provinces[:1])
    return WhomToCall(
        desks=[desk for desk in desks if desk.phone],
        hotlines=list(Hotline.objects.filter(is_shown_first=True)),
    )


def refused_since(dispatch: Dispatch) -> list[str]:
    """Return the recipients that the person refused after this agency was asked, in words."""
    later = Consent.objects.active().filter(
        report__case=dispatch.case_id, is_given=False, given_at__gt=dispatch.asked_at
    )
    return list(dict.fromkeys(str(consent.get_recipient_display()) for consent in later))


@dataclass(frozen=True)
class ResponderPlace:
    """What a responder needs to find the person safely, without story, name or contact details."""

    measured: Position | None  # the last one measured or pinned; one read out of words if there is none
    area: Area | None  # when only an area was named
    landmarks: list[str]
    people_count: int | None
    children_present: bool | None  # None: nobody said
    in_danger_now: bool
    languages: list[str]
    interpreters: list[str]  # whom they want to speak through
    safe_contact: str
    around: list[Area] = field(default_factory=list)

    def moving(self, now: datetime) -> LiveShare | None:
        """Return the live share from which `measured` came, if it still runs."""
        share = self.measured and self.measured.share
        return share if share and share.is_live(now) else None

    @property
    def coordinates(self) -> str:
        """Latitude, longitude in degrees of WGS 84, with a decimal point in every language, to type into a map."""
        point = self.measured and self.measured.point
        return f"{point.y:.5f}, {point.x:.5f}" if point else ""

    @property
    def geo(self) -> str:
        """A geo: address (RFC 5870), which opens the phone's own map."""
        return f"geo:{self.coordinates.replace(' ', '')}" if self.coordinates else ""


def place_of(dispatch: Dispatch) -> ResponderPlace:
    """Return the place of the case. Call it only after a trace was left: see flow.dispatching.open_place."""
    found = Position.objects.filter(report__case=dispatch.case_id)
    positions = list(found.places().select_related("area").surest_first())
    needed = (
        "people_count",
        "children_present",
        "is_under_18",
        "in_danger_now",
        "language",
        "interpreter",
        "safe_contact",
        "place",
        "received_at",
    )
    found_reports = Report.objects.filter(case=dispatch.case_id).only(*needed).order_by("pk")
    rules = ContactRule.objects.unread()
    reports = list(found_reports.prefetch_related(Prefetch("contact_rules", queryset=rules)))
    measured = _measured(found)
    words = [position.text for position in positions] + [report.place for report in reports]
    return ResponderPlace(
        measured=measured,
        area=next((position.area for position in positions if position.area), None),
        landmarks=list(dict.fromkeys(word for word in words if word)),
        people_count=max((report.people_count or 0 for report in reports), default=0) or None,
        children_present=_any_said(reports),
        in_danger_now=dispatch.case.urgency == Case.Urgency.EMERGENCY or any(r.in_danger_now for r in reports),
        languages=_names([report.language for report in reports]),
        interpreters=list(dict.fromkeys(r.get_interpreter_display() for r in reports if r.interpreter)),
        safe_contact=safe_contact.strictest(reports),
        around=_around(measured.point) if measured and measured.point else [],
    )


def _measured(found: PositionQuerySet) -> Position | None:
    unneeded = ("text", "share__kept_reason", *(f"share__report__{name}" for name in Report.PERSONAL))
    measured = found.filter(point__isnull=False).select_related("share__report")
    return measured.defer(*unneeded).surest_first().first()


def _any_said(reports: list[Report]) -> bool | None:
    """Whether any report says that children are there; a child who writes counts. None: no report says."""
    answers = [answer for report in reports for answer in (report.children_present, report.is_under_18 or None)]
    said = [answer for answer in answers if answer is not None]
    return any(said) if said else None


def _names(codes: list[str]) -> list[str]:
    names = []
    for code in dict.fromkeys(codes):
        try:
            names.append(get_language_info(code)["name_local"])
        except KeyError:
            names.append(code)
    return names


def _around(point: Point) -> list[Area]:
    """Return the nearest sub-districts, whose names orient a sketch without streets."""
    near = Area.objects.sites().filter(centroid__dwithin=(point, D(m=AROUND_M)))
    return list(near.order_by(GeometryDistance("centroid", point))[:AROUND_SHOWN])
