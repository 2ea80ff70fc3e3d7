"""Agencies: organisations that can act on a case."""

from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models.area import Area
from agencies.models.choices import StoredChoices
from agencies.models.hours import ALWAYS, WEEK, Span, WeekField, merged

DAY = timedelta(days=1)


class Capability(StoredChoices):
    """What an agency can do for a case. The plan of a case names those that must acknowledge."""

    RESPOND = "RESPOND", _("goes to the place")
    SOCIAL_WORK = "SOCIAL_WORK", _("social work")
    SHELTER = "SHELTER", _("shelter")
    MEDICAL = "MEDICAL", _("medical care")
    LABOUR = "LABOUR", _("labour protection")
    LEGAL = "LEGAL", _("legal help")
    INTERPRET = "INTERPRET", _("interpreting")


# The rule of Agency.is_desk, for queries.
IS_DESK = models.Q(kind="PSDHS") | models.Q(is_last_resort=True) | models.Q(is_custodian=True)


class AgencyQuerySet(models.QuerySet["Agency"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def desk_of(self, *provinces: str) -> Self:
        """Return the active provincial social-development offices of these province codes (TIS 1099)."""
        return self.active().filter(kind=Agency.Kind.PSDHS, province_id__in=provinces)

    def last_resort(self) -> Self:
        """Return the national desk: the agency of the last ring."""
        return self.active().filter(is_last_resort=True)

    def custodians(self) -> Self:
        return self.active().filter(is_custodian=True)

    def canary(self) -> Self:
        """Return the agency that canaries tell. It is not active, so no other question returns it."""
        return self.filter(is_canary=True)

    def for_directory(self, words: str, province: str) -> Self:
        found = self.select_related("province", "district").order_by("province", "kind", "name_th")
        if province:
            found = found.filter(province=province)
        return found.named(words)

    def named(self, words: str) -> Self:
        return self.filter(models.Q(name_th__icontains=words) | models.Q(name_en__icontains=words))

    def able_to(self, capability: str) -> Self:
        return self.filter(capabilities__contains=[capability])

    def desks(self) -> Self:
        return self.active().filter(IS_DESK)


class Agency(models.Model):
    class Kind(StoredChoices):
        """The types of agency in the provincial centre's directory (domain, section 2.3)."""

        PSDHS = "PSDHS", _("Provincial social development office")
        SHELTER_PROV = "SHELTER_PROV", _("Shelter for children and families")
        SHELTER_TIP = "SHELTER_TIP", _("Trafficking shelter")
        DATIP = "DATIP", _("Division of Anti-Trafficking in Persons")
        OSCC = "OSCC", _("Social Assistance Centre 1300")
        POLICE_STN = "POLICE_STN", _("Police station")
        POLICE_PROV = "POLICE_PROV", _("Provincial police")
        ATPD = "ATPD", _("Anti-trafficking police")
        RTP_CENTRE = "RTP_CENTRE", _("Police centre for children, women and families")
        DSI = "DSI", _("Department of Special Investigation")
        IMMIGRATION = "IMMIGRATION", _("Immigration")
        LABOUR = "LABOUR", _("Labour office")
        LABOUR_PROT = "LABOUR_PROT", _("Labour protection and welfare office")
        EMPLOYMENT = "EMPLOYMENT", _("Employment office")
        HEALTH = "HEALTH", _("Public health office")
        HOSPITAL = "HOSPITAL", _("Hospital")
        PROSECUTOR = "PROSECUTOR", _("Prosecutor")
        JUSTICE = "JUSTICE", _("Justice office")
        ADMIN = "ADMIN", _("Provincial or district administration")
        FISHERIES = "FISHERIES", _("Fisheries office")
        PIPO = "PIPO", _("Port-in port-out centre")
        EDUCATION = "EDUCATION", _("Education office")
        LOCAL_GOV = "LOCAL_GOV", _("Local government")
        SBPAC = "SBPAC", _("Southern Border Provinces Administrative Centre")
        RELIGIOUS = "RELIGIOUS", _("Religious committee")
        NGO = "NGO", _("Non-governmental organisation")
        EMBASSY = "EMBASSY", _("Embassy or consulate")
        IO = "IO", _("International organisation")

    # When the person allowed social workers only, no ring tells an agency of another kind (promise 4).
    SOCIAL_KINDS = (Kind.PSDHS, Kind.SHELTER_PROV, Kind.SHELTER_TIP, Kind.DATIP, Kind.OSCC)

    # When a child reports, the desk is offered these kinds first.
    CHILD_KINDS = (Kind.SHELTER_PROV, Kind.RTP_CENTRE)

    kind = models.CharField(max_length=12, choices=Kind.listed)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    province = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    district = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    # geography (WGS 84), distances in metres; see Area.centroid for the lookups that use the index.
    point = models.PointField(geography=True, null=True, blank=True)
    location_secret = models.BooleanField(default=False)  # a shelter: no pin, no distance, no export
    capabilities = ArrayField(models.CharField(max_length=12, choices=Capability.listed), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    # None: not known. It counts as open, so that an empty column never keeps an agency from being asked.
    hours = WeekField(null=True, blank=True)
    closed_on = ArrayField(models.DateField(), default=list, db_default=[], blank=True)  # holidays; days in Bangkok
    phone = models.CharField(max_length=30, blank=True)  # the office's public number
    pin_hash = models.CharField(max_length=128, blank=True)  # Argon2; opens the exact place
    # Wrong PINs on all links of the agency; the first of them began the window.
    pin_wrong = models.PositiveSmallIntegerField(default=0, db_default=0)
    pin_wrong_since = models.DateTimeField(null=True, blank=True)
    is_last_resort = models.BooleanField(default=False)
    is_custodian = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)  # synthetic; no such office
    is_canary = models.BooleanField(
        default=False, db_default=False
    )  # the operators' test address, which alone is told of canaries

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            models.UniqueConstraint(
                name="agencies_agency_one_desk_a_province",
                fields=["province"],
                condition=models.Q(kind="PSDHS", is_active=True),
            ),
            models.UniqueConstraint(
                name="agencies_agency_one_canary", fields=["is_canary"], condition=models.Q(is_canary=True)
            ),
            models.CheckConstraint(
                name="agencies_agency_canary_is_apart",
                condition=models.Q(is_canary=False)
                | models.Q(is_active=False, is_last_resort=False, is_custodian=False, point__isnull=True),
            ),
            models.CheckConstraint(
                name="agencies_agency_hours_within_a_week",
                condition=models.Q(hours__isnull=True) | models.Q(hours__within=WEEK),
            ),
        ]
        indexes = [models.Index(fields=["province", "kind"], name="agencies_agency_province_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_th if get_language() == "th" else self.name_en or self.name_th

    @property
    def is_desk(self) -> bool:
        """Say whether alerts may come to it at any hour, so that somebody must be on duty at any hour."""
        return self.kind == self.Kind.PSDHS or self.is_last_resort or self.is_custodian

    def open_spans(self, *, start: datetime, end: datetime) -> list[Span]:
        """Return when it is open from `start` to `end`. Unknown hours count as open, except on `closed_on`."""
        days = (timezone.localtime(end).date() - timezone.localtime(start).date()).days + 1
        spans = [span for n in range(days) for span in self._open_on(timezone.localtime(start).date() + n * DAY)]
        cut = (Span(max(span.start, start), min(span.end, end)) for span in spans)
        return merged(span for span in cut if span.start < span.end)

    def _open_on(self, day: date) -> list[Span]:
        return [] if day in self.closed_on else (self.hours or ALWAYS).on(day)

    def duty_spans(self, *, start: datetime, end: datetime) -> list[Span]:
        return [Span(start, end)] if self.is_desk else self.open_spans(start=start, end=end)

    def needs_duty_at(self, *, now: datetime) -> bool:
        return bool(self.duty_spans(start=now, end=now + timedelta(minutes=1)))
