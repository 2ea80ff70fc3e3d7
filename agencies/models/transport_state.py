"""What the attempts by each transport came to lately: is our line to the world open?"""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from agencies.models.contact_point import ContactPoint


class TransportState(models.Model):
    """A row for each transport that was ever tried. All moments are the database's."""

    # A success is not written down again within this time, so that many hands do not wait for one row.
    NOTED_EVERY = timedelta(seconds=10)

    transport = models.CharField(max_length=10, choices=ContactPoint.Transport.listed, primary_key=True)
    took_at = models.DateTimeField(null=True, blank=True)  # the last success, to NOTED_EVERY
    failing_since = models.DateTimeField(null=True, blank=True)  # the first failure since the last success
    failed_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # since the last success
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_transportstate_transport_known",
                condition=Q(transport__in=["EMAIL", "SMS", "LINE", "WEBHOOK", "WEB_PUSH"]),
            ),
            models.CheckConstraint(
                name="agencies_transportstate_failing_has_failures",
                condition=Q(failing_since__isnull=True, failures=0) | Q(failing_since__isnull=False, failures__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.transport

    @classmethod
    def note_success(cls, transport: str) -> None:
        """Write down that a message was taken, unless that is known. Mostly this only reads."""
        lately = Q(failing_since__isnull=True, took_at__range=(Now() - cls.NOTED_EVERY, Now()))
        known = cls.objects.filter(transport=transport)
        if known.filter(lately).exists():
            return
        took = {"took_at": Now(), "failing_since": None, "failures": 0, "last_error": ""}
        if not known.update(**took):
            first = TransportState(transport=transport, took_at=Now())
            TransportState.objects.bulk_create([first], ignore_conflicts=True)

    @classmethod
    def note_failure(cls, transport: str, reason: str) -> None:
        """Count an attempt that came to nothing and that no address is to blame for."""
        failed = {"failed_at": Now(), "failures": F("failures") + 1, "last_error": reason}
        since = Coalesce("failing_since", Now())
        if not cls.objects.filter(transport=transport).update(failing_since=since, **failed):
            counted = {"failing_since": Now(), "failed_at": Now(), "failures": 1, "last_error": reason}
            first = TransportState(transport=transport, **counted)
            TransportState.objects.bulk_create([first], ignore_conflicts=True)
