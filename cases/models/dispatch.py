"""One case sent to one agency, to be acknowledged by a time."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Notification, Officer, Presence, StoredChoices
from cases.models.case import Case
from vault import EncryptedTextField


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def live(self) -> Self:
        """Return the dispatches that have neither been declined nor ended. Only their links still open a page."""
        return self.filter(declined_at__isnull=True, ended_at__isnull=True)

    def unanswered(self) -> Self:
        return self.live().filter(acknowledged_at__isnull=True)

    def silent(self, *, now: datetime) -> Self:
        """Return the dispatches whose reminder is due, without an arrival and without an outcome."""
        return self.live().filter(reminder_due_at__lte=now, arrived_at__isnull=True, outcome="")


class Dispatch(models.Model):
    class Purpose(StoredChoices):
        RESPOND = "RESPOND", _("respond")
        REFER = "REFER", _("referral")
        INTERPRET = "INTERPRET", _("interpret")

    class Why(StoredChoices):
        """The reason for which this agency was asked."""

        DESK = "DESK", _("the province's desk")
        SECOND_DESK = "SECOND_DESK", _("the desk of the province next door: the place is near the border")
        NEAREST = "NEAREST", _("among the nearest that can help")
        NEIGHBOUR_DESK = "NEIGHBOUR_DESK", _("the nearest other desk")
        NATIONAL_DESK = "NATIONAL_DESK", _("the national desk")
        CUSTODIAN = "CUSTODIAN", _("sealed: the national custodian")
        CHOSEN = "CHOSEN", _("chosen by an officer")
        CANARY = "CANARY", _("the test address of the canary")

    class DeclineReason(StoredChoices):
        BUSY = "BUSY", _("busy with another case")
        TOO_FAR = "TOO_FAR", _("too far away")
        NOT_OURS = "NOT_OURS", _("not our task")
        CLOSED = "CLOSED", _("nobody on duty")
        UNSAFE = "UNSAFE", _("not safe for us")
        UNSAID = "UNSAID", _("no reason was said")

    class Outcome(StoredChoices):
        FOUND = "FOUND", _("found and safe")
        NOT_FOUND = "NOT_FOUND", _("not found")
        REFUSED = "REFUSED", _("did not want help")
        HOAX = "HOAX", _("false alarm")

    case = models.ForeignKey(Case, models.PROTECT, related_name="dispatches")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="dispatches")
    purpose = models.CharField(max_length=10, choices=Purpose.listed, default=Purpose.RESPOND)
    ring = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=16, choices=Why.listed)
    metres = models.PositiveIntegerField(null=True, blank=True)  # None: unknown, or the location is secret
    # Was anybody on duty when it was asked? "": unknown. The database's default is for the release before.
    presence = models.CharField(max_length=10, choices=Presence.listed, blank=True, default="", db_default="")
    notifications = models.ManyToManyField(Notification, related_name="dispatches", blank=True)

    asked_at = models.DateTimeField()
    acknowledgement_due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by_name = EncryptedTextField(blank=True, default="")
    acknowledged_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    arrival_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    # When we notice that the agency is silent: we remind it first, then ask again. None: we wait for nothing.
    reminder_due_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=10, choices=DeclineReason.listed, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.listed, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # the case was closed, or the agency stood down

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "dispatches"
        constraints = [
            models.UniqueConstraint(
                name="cases_dispatch_agency_asked_once",
                fields=["case", "agency", "purpose"],
                condition=Q(declined_at__isnull=True, ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="cases_dispatch_acknowledged_has_name",
                condition=Q(acknowledged_at__isnull=True) | ~Q(acknowledged_by_name=""),
            ),
            models.CheckConstraint(
                name="cases_dispatch_reminded_once_it_was_taken",
                condition=Q(acknowledged_at__isnull=False)
                | Q(reminder_due_at__isnull=True, reminded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="cases_dispatch_declined_has_reason",
                condition=Q(declined_at__isnull=True) | ~Q(decline_reason=""),
            ),
            models.CheckConstraint(
                name="cases_dispatch_outcome_has_time",
                condition=Q(outcome="", outcome_at__isnull=True) | (~Q(outcome="") & Q(outcome_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["reminder_due_at"],
                name="cases_dispatch_reminders",
                condition=Q(reminder_due_at__isnull=False),
            ),
        ]

    @property
    def is_live(self) -> bool:
        return self.declined_at is None and self.ended_at is None

    @property
    def state(self) -> str:
        """Return "declined", "ended", "arrived", "acknowledged" or "asked", for the screens."""
        if self.declined_at:
            return "declined"
        if self.ended_at:
            return "ended"
        if self.arrived_at:
            return "arrived"
        return "acknowledged" if self.acknowledged_at else "asked"
