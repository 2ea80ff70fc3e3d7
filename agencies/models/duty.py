"""Shifts of duty, and hand-overs from one officer to the next."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from agencies.models.agency import Agency
from agencies.models.hours import Span, without
from agencies.models.officer import Officer
from vault import EncryptedTextField

# An agency counts as planning duty when it had a shift within this time, or has one to come.
PLANS_WITHIN = timedelta(days=14)


class ShiftRange(Func):
    """The time from `starts_at` until `ends_at`, without the end, so that one shift may follow another."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class DutyQuerySet(models.QuerySet["Duty"]):
    def valid(self) -> Self:
        """Return the shifts of officers who are active and still belong to that agency."""
        return self.filter(officer__is_active=True, officer__agency=F("agency"))

    def on_at(self, *, now: datetime) -> Self:
        """Return the shifts at this moment, the one that began last first."""
        return self.valid().filter(starts_at__lte=now, ends_at__gt=now).order_by("-starts_at", "pk")

    def of_agency(self, agency: Agency) -> Self:
        return self.filter(agency=agency)

    def between(self, start: datetime, end: datetime) -> Self:
        """Return the shifts that overlap this time, in order."""
        return self.filter(starts_at__lt=end, ends_at__gt=start).order_by("starts_at", "pk")

    def starting(self, start: datetime, end: datetime) -> Self:
        return self.filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at", "pk")

    def planned(self, *, now: datetime) -> Self:
        """Return the shifts by which an agency counts as planning duty."""
        return self.valid().filter(ends_at__gt=now - PLANS_WITHIN)

    def gaps(self, agencies: Collection[Agency], *, start: datetime, end: datetime) -> dict[int, list[Span]]:
        """Return, by agency pk, when nobody is on duty although somebody should be. All agencies in one query.

        Somebody should be on duty while the agency is open, and at a desk at any hour.
        """
        covered: dict[int, list[Span]] = {agency.pk: [] for agency in agencies}
        shifts = self.valid().between(start, end).filter(agency__in=covered)
        for agency, starts_at, ends_at in shifts.values_list("agency", "starts_at", "ends_at"):
            covered[agency].append(Span(starts_at, ends_at))
        return {
            agency.pk: without(agency.duty_spans(start=start, end=end), covered[agency.pk]) for agency in agencies
        }


class Duty(models.Model):
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="duties")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="duties")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    phone = EncryptedTextField(blank=True, default="")  # where they are reached during this shift
    planned_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.CheckConstraint(
                name="agencies_duty_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            ExclusionConstraint(
                name="agencies_duty_one_place_at_a_time",
                expressions=[
                    (ShiftRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                    ("officer", RangeOperators.EQUAL),
                ],
            ),
        ]
        indexes = [models.Index(fields=["agency", "ends_at"], name="agencies_duty_agency_ends")]


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def open(self) -> Self:
        return self.filter(taken_at__isnull=True, withdrawn_at__isnull=True).order_by("-given_at")

    def of_agency(self, agency: Agency) -> Self:
        return self.filter(agency=agency)

    def with_names(self) -> Self:
        return self.select_related("given_by", "given_to")


class HandOver(models.Model):
    """An officer on duty gives the duty to a colleague. It counts once the colleague has taken it."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="hand_overs")
    given_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    given_to = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    note = EncryptedTextField(blank=True, default="")
    given_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="agencies_handover_between_two", condition=~Q(given_by=F("given_to"))),
            models.CheckConstraint(
                name="agencies_handover_ends_one_way",
                condition=Q(taken_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="agencies_handover_one_at_a_time",
                fields=["given_by"],
                condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]
