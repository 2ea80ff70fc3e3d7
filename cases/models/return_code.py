"""The code with which a reporter comes back: a digest of nine digits finds it, a slow hash proves ten more."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from agencies import clock
from cases.models.report import Report


class ReturnCodeQuerySet(models.QuerySet["ReturnCode"]):
    def live(self) -> Self:
        return self.filter(retired_at__isnull=True)


class ReturnCode(models.Model):
    report = models.ForeignKey(Report, models.CASCADE, related_name="codes")
    locator_digest = models.CharField(max_length=64, unique=True)
    proof_hash = models.CharField(max_length=200)  # Argon2id with a salt of its own, over a keyed digest (the pepper)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)  # an officer helped with it, so others may have seen it
    # Only counted, never locked: a trafficker must not lock the person out. The page and the desk show the number.
    wrong_tries = models.PositiveIntegerField(default=0)
    last_wrong_at = models.DateTimeField(null=True, blank=True)

    objects = ReturnCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_returncode_wrong_tries_have_a_time",
                condition=Q(wrong_tries=0, last_wrong_at__isnull=True)
                | Q(wrong_tries__gt=0, last_wrong_at__isnull=False),
            ),
        ]

    def is_under_attack(self, *, within: timedelta, more_than: int, now: datetime) -> bool:
        if self.wrong_tries <= more_than or self.last_wrong_at is None:
            return False
        return now - within <= self.last_wrong_at <= now + clock.APART
