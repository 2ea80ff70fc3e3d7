"""A synthetic alert that went the real way, and how long each part of the way took."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import StoredChoices
from cases.models.case import Case


class CanaryQuerySet(models.QuerySet["Canary"]):
    def under_way(self) -> Self:
        return self.filter(failure="", handed_ms__isnull=True)

    def came_through(self) -> Self:
        return self.filter(handed_ms__isnull=False)

    def within(self, span: timedelta) -> Self:
        """Return the canaries that were pressed within `span` before now, by the database's clock."""
        return self.filter(pressed_at__gt=Now() - span, pressed_at__lte=Now())


class Canary(models.Model):
    class Failure(StoredChoices):
        NO_PAGE = "NO_PAGE"  # the alert page did not come, or without its form
        NOT_TAKEN = "NOT_TAKEN"  # the press was answered with something else than a receipt
        NOT_STORED = "NOT_STORED"  # there was a receipt, and no case behind it
        NOT_SENT = "NOT_SENT"  # the mail server has not taken the message in time

    pressed_at = models.DateTimeField(db_default=Now())  # the database's clock, as for sent_at of a message
    submission_digest = models.CharField(max_length=64)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_ms = models.PositiveIntegerField(null=True, blank=True)  # from the press to the receipt
    handed_ms = models.PositiveIntegerField(null=True, blank=True)  # from before the page was asked for to sent_at
    failure = models.CharField(max_length=12, choices=Failure.listed, blank=True)

    objects = CanaryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "canaries"
        constraints = [
            models.CheckConstraint(
                name="cases_canary_came_through_or_failed",
                condition=Q(handed_ms__isnull=True) | Q(failure=""),
            ),
        ]
        indexes = [models.Index(fields=["-pressed_at"], name="cases_canary_newest")]
