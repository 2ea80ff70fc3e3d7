"""Would an alert reach somebody? Asked before the first alert and after each change of the directory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.gis.measure import D
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Area, ContactPoint, Duty, Span
from agencies.nearby import NEVER_AUTOMATIC
from cases.models import Case
from cases.privacy.cleaning import sandbox
from cases.reads import database_log
from cases.rings.plan import Tells, first_rings

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Check:
    """A question, and the names that fail it. `is_grave`: an alert may reach nobody in time."""

    code: str
    title: Any
    advice: Any
    names: list[str]
    is_grave: bool = True

    @property
    def is_well(self) -> bool:
        return not self.names


def checks(*, now: datetime) -> list[Check]:
    """Return all checks, the failed ones first. Rings are those of an alert with danger now."""
    directory = _Directory(now)
    found = [check for question in QUESTIONS if (check := question(directory))]
    return sorted(found, key=lambda check: (check.is_well, not check.is_grave))


class _Directory:
    """The directory of agencies, with answers that several questions share."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    @property
    def agencies(self) -> "QuerySet[Agency]":
        return Agency.objects.active().only("kind", "name_th", "name_en", "province")

    @cached_property
    def reached(self) -> list[tuple[bool, bool]]:
        """For each agency that a message reaches: is it the last resort, and is it a custodian?"""
        found = self.agencies.filter(Exists(_on_duty().filter(agency=OuterRef("pk"))))
        return list(found.values_list("is_last_resort", "is_custodian"))

    @cached_property
    def desks(self) -> list[Agency]:
        return list(Agency.objects.desks())

    @cached_property
    def planning(self) -> set[int]:
        planned = Duty.objects.planned(now=self.now).filter(agency__in=self.desks)
        return set(planned.values_list("agency", flat=True))

    @cached_property
    def gaps(self) -> dict[int, list[Span]]:
        """For each desk that plans duty: when nobody is on duty in the next 7 days."""
        desks = [desk for desk in self.desks if desk.pk in self.planning]
        found = Duty.objects.gaps(desks, start=self.now, end=self.now + WEEK)
        return {desk: spans for desk, spans in found.items() if spans}

    def desks_with(self, gap: Callable[[list[Span]], bool]) -> list[str]:
        return sorted(desk.name for desk in self.desks if desk.pk in self.gaps and gap(self.gaps[desk.pk]))


def _nobody_unless(is_there: bool) -> list[str]:
    return [] if is_there else [str(_("nobody"))]


def no_national_desk(directory: _Directory) -> Check:
    return Check(
        "no_national_desk",
        _("A national desk that a message reaches"),
        _("The last ring tells nobody without it."),
        _nobody_unless(any(is_last_resort for is_last_resort, _custodian in directory.reached)),
    )


def no_custodian(directory: _Directory) -> Check:
    return Check(
        "no_custodian",
        _("A custodian of sealed cases whom a message reaches"),
        _("A report about an official reaches nobody without one."),
        _nobody_unless(any(is_custodian for _last_resort, is_custodian in directory.reached)),
    )


def no_desk(_directory: _Directory) -> Check:
    return Check(
        "no_desk",
        _("Provinces without a desk"),
        _("Their alerts go to the national desk. Add the provincial social development office."),
        _names(_provinces_without_desk()),
    )


def empty_ring(_directory: _Directory) -> Check:
    return Check(
        "empty_ring",
        _("Provinces whose first ring finds no responder around the main town"),
        _("Add agencies that can go to the place, with their position, or widen the ring."),
        list(_empty_rings()),
    )


def no_contact(directory: _Directory) -> Check:
    return Check(
        "no_contact",
        _("Agencies without a verified contact point for duty"),
        _("They are asked and no message leaves: somebody has to telephone."),
        _names(directory.agencies.filter(~Exists(_on_duty().filter(agency=OuterRef("pk"))))),
    )


def failing_contact(directory: _Directory) -> Check:
    return Check(
        "failing_contact",
        _("Agencies with a failing contact point"),
        _("Its address refuses our messages. Send a new code there from the agency's page, or replace it."),
        _names(directory.agencies.filter(Exists(_failing().filter(agency=OuterRef("pk"))))),
    )


def unconfirmed_contact(directory: _Directory) -> Check:
    return Check(
        "unconfirmed_contact",
        _("Agencies with a contact point that does not count yet"),
        _("Its code was not entered, or no second person has confirmed it. The agency's page says which."),
        _names(directory.agencies.filter(Exists(_unconfirmed().filter(agency=OuterRef("pk"))))),
        is_grave=False,
    )


def no_pin(directory: _Directory) -> Check:
    return Check(
        "no_pin",
        _("Agencies without a PIN"),
        _("From a message they cannot open the exact place without a login."),
        _names(directory.agencies.filter(pin_hash="")),
        is_grave=False,
    )


# Duty at the desks. Each desk is named once, by the most urgent check that it fails.


def no_duty(directory: _Directory) -> Check:
    return Check(
        "no_duty",
        _("Desks that plan no duty"),
        _("Nobody can see who is on duty there. Plan it on the page of duty."),
        sorted(desk.name for desk in directory.desks if desk.pk not in directory.planning),
        is_grave=False,
    )


def duty_gap_day(directory: _Directory) -> Check:
    tomorrow = directory.now + DAY
    return Check(
        "duty_gap_day",
        _("Desks without anybody on duty at some time of the next 24 hours"),
        _("An alert in this time waits for whoever looks. Fill the gap."),
        directory.desks_with(lambda gaps: gaps[0].start < tomorrow),
    )


def duty_gap_week(directory: _Directory) -> Check:
    tomorrow = directory.now + DAY
    return Check(
        "duty_gap_week",
        _("Desks without anybody on duty at some time of the next 7 days"),
        _("Fill the gaps in good time."),
        directory.desks_with(lambda gaps: gaps[0].start >= tomorrow),
        is_grave=False,
    )


def closed_all_week(directory: _Directory) -> Check:
    return Check(
        "closed_all_week",
        _("Agencies that are closed for the whole of the next 7 days"),
        _("They are asked only where nobody else is near. Look at their opening hours."),
        _closed_all_week(directory.now),
        is_grave=False,
    )


def no_canary(_directory: _Directory) -> Check | None:
    if settings.CANARY_ADDRESS:
        return None
    return Check(
        "no_canary",
        _("A canary: an alert of our own every few minutes, to see that alerts get through"),
        _("Set CANARY_ADDRESS to a mailbox of the operators."),
        [str(_("not set"))],
        is_grave=False,
    )


def no_sandbox(_directory: _Directory) -> Check | None:
    if sandbox.can_be_had():
        return None
    return Check(
        "no_sandbox",
        _("A sandbox in which photos, recordings and PDFs are cleaned"),
        _("Files are taken and wait. Run the workers on Linux (x86_64 or aarch64) with seccomp."),
        [str(_("not on this machine"))],
        is_grave=False,
    )


def log_tells(_directory: _Directory) -> Check:
    return Check(
        "log_tells",
        _("Settings of PostgreSQL that write what people told us into its log"),
        _("Set them for the server, or for our role, as the operators' handbook says."),
        database_log.loud(),
        is_grave=False,
    )


# A question that returns None does not appear in the list; a check without names appears as passed.
QUESTIONS: list[Callable[[_Directory], Check | None]] = [
    no_national_desk,
    no_custodian,
    no_desk,
    empty_ring,
    no_contact,
    failing_contact,
    unconfirmed_contact,
    no_pin,
    no_duty,
    duty_gap_day,
    duty_gap_week,
    closed_all_week,
    no_canary,
    no_sandbox,
    log_tells,
]


def _closed_all_week(now: datetime) -> list[str]:
    """Return the agencies closed for the next 7 days. An agency without known hours counts as open."""
    known = Agency.objects.active().exclude(hours=None, closed_on=[])
    return sorted(agency.name for agency in known if not agency.open_spans(start=now, end=now + WEEK))


def _on_duty() -> "QuerySet[ContactPoint]":
    return ContactPoint.objects.usable().filter(audience=ContactPoint.Audience.DUTY)


def _failing() -> "QuerySet[ContactPoint]":
    return ContactPoint.objects.in_use().filter(failing_since__isnull=False)


def _unconfirmed() -> "QuerySet[ContactPoint]":
    return ContactPoint.objects.listed().filter(confirmed_at__isnull=True)


def _provinces_without_desk() -> "QuerySet[Area]":
    desks = Agency.objects.active().filter(kind=Agency.Kind.PSDHS, province=OuterRef("pk"))
    return Area.objects.provinces().filter(~Exists(desks))


def _names(found: "QuerySet[Any]") -> list[str]:
    return sorted(row.name for row in found)


def _empty_rings() -> Iterator[str]:
    """Yield the provinces whose first ring finds nobody. One query for each kind of ring, of which there are few."""
    codes = Area.objects.provinces().values_list("code", flat=True)
    rings = first_rings(list(codes), urgency=Case.Urgency.EMERGENCY)
    searching = {code: ring for code, ring in rings.items() if Tells.NEAREST in ring["tells"]}
    kinds = {code: (ring["capability"], ring["radius_m"]) for code, ring in searching.items()}
    helped = {kind: _helped(*kind) for kind in set(kinds.values())}
    for province in Area.objects.provinces().only("code", "name_th", "name_en").order_by("code"):
        if province.code in kinds and province.code not in helped[kinds[province.code]]:
            yield province.name


def _helped(capability: str, radius_m: int) -> set[str]:
    """Return the provinces with a capable agency within radius_m metres of the main town, which is district 01."""
    around = (
        Agency.objects.active()
        .able_to(capability)
        .filter(point__dwithin=(OuterRef("centroid"), D(m=radius_m)))
        .exclude(kind__in=NEVER_AUTOMATIC)
    )
    towns = Area.objects.filter(level=Area.Level.DISTRICT, code__endswith="01")
    return {code[:2] for code in towns.filter(Exists(around)).values_list("code", flat=True)}
