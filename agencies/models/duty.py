"""Who is on duty for an agency, from when until when, and how one hands over to the next."""

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

# Who had a shift within this time, or has one to come, plans duty; of the others nobody is missed.
PLANS_WITHIN = timedelta(days=14)


class ShiftRange(Func):
    """From the start until the end, which is no longer part of it: one shift may follow another."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class DutyQuerySet(models.QuerySet["Duty"]):
    def valid(self) -> Self:
        """Of officers who are still with that agency. A login that was closed is on duty nowhere."""
        return self.filter(officer__is_active=True, officer__agency=F("agency"))

    def on_at(self, *, now: datetime) -> Self:
        """Who is on duty at this moment, the one who came last first."""
        return self.valid().filter(starts_at__lte=now, ends_at__gt=now).order_by("-starts_at", "pk")

    def of_agency(self, agency: Agency) -> Self:
        return self.filter(agency=agency)

    def between(self, start: datetime, end: datetime) -> Self:
        """Every shift that has a part in this time, in order."""
        return self.filter(starts_at__lt=end, ends_at__gt=start).order_by("starts_at", "pk")

    def starting(self, start: datetime, end: datetime) -> Self:
        """The shifts that begin within this time, in order."""
        return self.filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at", "pk")

    def planned(self, *, now: datetime) -> Self:
        """What shows that an agency plans duty at all."""
        return self.valid().filter(ends_at__gt=now - PLANS_WITHIN)

    def gaps(self, agencies: Collection[Agency], *, start: datetime, end: datetime) -> dict[int, list[Span]]:
        """When nobody is on duty although somebody should be, by the agency's number: one question for all.

        Somebody should be whenever the agency is open; at a desk always, because alerts come at any hour.
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
        """Given, and neither taken nor taken back; the newest first."""
        return self.filter(taken_at__isnull=True, withdrawn_at__isnull=True).order_by("-given_at")

    def of_agency(self, agency: Agency) -> Self:
        return self.filter(agency=agency)

    def with_names(self) -> Self:
        return self.select_related("given_by", "given_to")


class HandOver(models.Model):
    """One who is on duty hands over to a colleague. It counts once the colleague has taken it."""

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
