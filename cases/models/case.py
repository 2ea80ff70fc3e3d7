"""The work done for one or more persons, gathering their reports."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Area, Officer, StoredChoices
from cases.models.report import Report
from vault import EncryptedTextField


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def overdue(self, *, now: datetime) -> Self:
        return self.open().filter(held_at__isnull=True, next_ring_at__lte=now)

    def locked(self, pk: int) -> "Case":
        """Read the case again and lock its row until the transaction ends. Lock a case before its dispatches."""
        return self.select_for_update(of=["self"]).get(pk=pk)

    def locked_unless_busy(self, pk: int) -> "Case | None":
        """Lock the case, or return None: another transaction has it, or the queryset no longer contains it."""
        return self.select_for_update(of=["self"], skip_locked=True).filter(pk=pk).first()

    def lock_of(self, report: Report) -> "Case | None":
        """Lock the case of this report. Everywhere the case is locked before the report, to avoid a deadlock."""
        return self.defer("widened_reason").locked(report.case_id) if report.case_id else None

    def withheld(self) -> Self:
        """Return the cases that a flood keeps back: only the desk has been told so far."""
        return self.open().filter(held_at__isnull=True, ring=0)

    def widening_to_be_reviewed_by(self, officer: Officer) -> Self:
        return self.filter(widened_at__isnull=False, widening_reviewed_by=None).exclude(widened_by=officer)


class Case(models.Model):
    class Urgency(StoredChoices):
        EMERGENCY = "EMERGENCY", _("danger now")
        URGENT = "URGENT", _("needs help")
        ROUTINE = "ROUTINE", _("to be looked at")

    class ClosureReason(StoredChoices):
        HELPED = "HELPED", _("helped")
        REFERRED = "REFERRED", _("referred to another service")
        NOT_FOUND = "NOT_FOUND", _("not found")
        REFUSED = "REFUSED", _("did not want help")
        DUPLICATE = "DUPLICATE", _("the same as another report")
        FALSE_ALARM = "FALSE_ALARM", _("false alarm")
        EXERCISE = "EXERCISE", _("exercise")

    reference = models.CharField(max_length=9, unique=True)  # the same as of the report that opened it
    urgency = models.CharField(max_length=10, choices=Urgency.listed)
    may_tell = models.CharField(max_length=16, choices=Report.MayTell.listed)
    is_sealed = models.BooleanField(default=False)
    is_exercise = models.BooleanField(default=False)
    # An alert of our own that tests the way. The database's default is for processes of the release before.
    is_canary = models.BooleanField(default=False, db_default=False)
    province = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    second_province = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    district = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    is_abroad = models.BooleanField(default=False)
    owner = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")

    plan = models.JSONField()  # the rings as they stood when the case was opened; see cases.rings.plan
    ring = models.PositiveSmallIntegerField(default=0)
    # Timers are columns: a broker's countdown dies with its worker.
    next_ring_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    red_since = models.DateTimeField(null=True, blank=True)  # the last ring went out and nobody holds it
    first_read_at = models.DateTimeField(null=True, blank=True)  # when a person first opened it

    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closure_reason = models.CharField(max_length=12, choices=ClosureReason.listed, blank=True)

    # Agencies were told beyond what the person allowed, because a life or a child is in danger (promise 4).
    widened_at = models.DateTimeField(null=True, blank=True)
    widened_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    widened_reason = EncryptedTextField(blank=True, default="")
    widening_reviewed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            # The promise itself, kept by the database: an open case is held by somebody or has a next step.
            models.CheckConstraint(
                name="cases_case_is_held_or_has_a_next_step",
                condition=Q(closed_at__isnull=False) | Q(held_at__isnull=False) | Q(next_ring_at__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_case_closed_has_reason",
                condition=Q(closed_at__isnull=True) | ~Q(closure_reason=""),
            ),
            models.CheckConstraint(
                name="cases_case_canary_is_an_exercise",
                condition=Q(is_canary=False) | Q(is_exercise=True),
            ),
            models.CheckConstraint(
                name="cases_case_held_is_not_red",
                condition=Q(held_at__isnull=True) | Q(red_since__isnull=True),
            ),
            models.CheckConstraint(
                name="cases_case_widened_says_why",
                condition=Q(widened_at__isnull=True) | (Q(widened_by__isnull=False) & ~Q(widened_reason="")),
            ),
            models.CheckConstraint(
                name="cases_case_widening_reviewed_by_another",
                condition=Q(widening_reviewed_by__isnull=True) | ~Q(widening_reviewed_by=models.F("widened_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_ring_at"],
                name="cases_case_waiting",
                condition=Q(closed_at__isnull=True, held_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def state(self) -> str:
        """Return "closed", "held", "red" or "waiting": the four shapes on every screen."""
        if self.closed_at:
            return "closed"
        if self.held_at:
            return "held"
        return "red" if self.red_since else "waiting"

    @property
    def is_withheld(self) -> bool:
        """Whether a flood keeps the case back, so that only the desk has been told so far."""
        return self.ring == 0 and self.held_at is None and self.closed_at is None

    @property
    def provinces(self) -> list[str]:
        return [code for code in (self.province_id, self.second_province_id) if code]
