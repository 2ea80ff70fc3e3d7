"""Verification codes, which prove that the right people read an address."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from agencies import clock
from agencies.models.contact_point import ContactPoint
from agencies.models.notification import Notification
from agencies.models.officer import Officer


class VerificationCodeQuerySet(models.QuerySet["VerificationCode"]):
    def live(self, *, now: datetime) -> Self:
        return self.filter(used_at__isnull=True, expires_at__gt=now, wrong__lt=VerificationCode.TRIES)

    def made_within(self, span: timedelta, *, now: datetime) -> Self:
        return self.filter(made_at__gt=now - span, made_at__lte=now + clock.APART)


class VerificationCode(models.Model):
    TRIES = 5

    contact_point = models.ForeignKey(ContactPoint, models.CASCADE, related_name="codes")
    # A keyed digest of the code and the contact point. For LINE of the code alone, which must find the row.
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    # The message with the code; none for LINE, where the officer sends the code to us.
    notification = models.ForeignKey(Notification, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = VerificationCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="agencies_verificationcode_five_tries", condition=Q(wrong__lte=5)),
        ]
        indexes = [models.Index(fields=["digest"], name="agencies_verificationcode_of")]

    def is_live(self, *, now: datetime) -> bool:
        return self.used_at is None and self.expires_at > now and self.wrong < self.TRIES


class LineTriesQuerySet(models.QuerySet["LineTries"]):
    def over(self, window: timedelta, *, now: datetime) -> Self:
        """Return those whose window is over, or began in the future: the clock was ahead."""
        return self.filter(Q(since__lte=now - window) | Q(since__gt=now + clock.APART))


class LineTries(models.Model):
    """How many wrong codes a chat sent within one window. Afterwards the row is deleted."""

    line_index = models.CharField(max_length=64, primary_key=True)  # a keyed digest of the chat's id
    since = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)

    objects = LineTriesQuerySet.as_manager()
