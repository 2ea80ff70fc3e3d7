"""One verified address of an agency on one transport."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models.agency import Agency
from agencies.models.encrypted import EncryptedTextField


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def usable(self) -> Self:
        """Verified, not failing, on a transport that this deployment has; the preferred one first."""
        ready = self.of_agencies().filter(
            transport__in=settings.TRANSPORTS, verified_at__isnull=False, failing_since__isnull=True
        )
        return ready.order_by("priority", "pk")

    def of_agencies(self) -> Self:
        """Not those of single officers."""
        return self.filter(officer__isnull=True)

    def of_officers(self) -> Self:
        """The browsers that officers have switched on. Told besides the agency's own, never instead."""
        return self.filter(officer__isnull=False, verified_at__isnull=False)

    def ready_to_push(self) -> Self:
        """Of these, where a message would be shown now, as far as we know."""
        ready = self.of_officers().filter(transport__in=settings.TRANSPORTS, failing_since__isnull=True)
        return ready.filter(officer__is_active=True).order_by("pk")


class ContactPoint(models.Model):
    class Transport(models.TextChoices):
        EMAIL = "EMAIL"
        SMS = "SMS"
        LINE = "LINE"
        WEBHOOK = "WEBHOOK"  # the agency's own system
        WEB_PUSH = "WEB_PUSH"  # an officer's browser

    class Audience(models.TextChoices):
        DUTY = "DUTY"  # whoever is on duty
        SUPERVISOR = "SUPERVISOR"  # told when nobody on duty answered

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="contact_points")
    # Whose browser it is; of the agency as a whole when empty.
    officer = models.ForeignKey("agencies.Officer", models.PROTECT, null=True, blank=True, related_name="browsers")
    transport = models.CharField(max_length=10, choices=Transport, default=Transport.EMAIL)
    address = EncryptedTextField()
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.DUTY)
    priority = models.PositiveSmallIntegerField(default=1)
    verified_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="agencies_contactpoint_has_address", condition=~Q(address="")),
            models.CheckConstraint(
                name="agencies_contactpoint_transport_known",
                condition=Q(transport__in=["EMAIL", "SMS", "LINE", "WEBHOOK", "WEB_PUSH"]),
            ),
            models.CheckConstraint(
                name="agencies_contactpoint_browser_has_officer",
                condition=Q(transport="WEB_PUSH", officer__isnull=False)
                | (~Q(transport="WEB_PUSH") & Q(officer__isnull=True)),
            ),
        ]
