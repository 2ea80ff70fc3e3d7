"""Many reports from one network, told to the desk as one."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies import clock
from agencies.models import Area, Officer


class BundleQuerySet(models.QuerySet["Bundle"]):
    def taking_in(self, networks: Collection[str], *, province: str | None, is_sealed: bool, now: datetime) -> Self:
        """Return the bundles that may take in another report: nobody has looked at them, and they opened lately."""
        young = self.filter(looked_at__isnull=True, opened_at__gt=now - Bundle.TAKES_IN_FOR)
        young = young.filter(opened_at__lte=now + clock.APART)
        return young.filter(network__in=networks, province=province, is_sealed=is_sealed)


class Bundle(models.Model):
    # After this time a new bundle is opened, so that the desk gets a new message.
    TAKES_IN_FOR = timedelta(minutes=15)

    network = models.CharField(max_length=64, blank=True)  # a digest under an hour's key; blanked afterwards
    province = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    is_sealed = models.BooleanField(default=False)
    # How many reports had come from the network when the bundle was opened; not counted beyond settings.FLOOD_CROWD.
    of_many = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")

    objects = BundleQuerySet.as_manager()

    class Meta:
        verbose_name = _("bundle")
        constraints = [
            models.CheckConstraint(
                name="cases_bundle_looked_at_by_somebody",
                condition=Q(looked_at__isnull=True, looked_by__isnull=True)
                | Q(looked_at__isnull=False, looked_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["network", "opened_at"],
                name="cases_bundle_taking_in",
                condition=Q(looked_at__isnull=True) & ~Q(network=""),
            ),
        ]
