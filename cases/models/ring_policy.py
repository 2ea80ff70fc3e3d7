"""Who is told in which ring. Rows; the page that edits them comes later."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Area, Capability
from cases.models.case import Case


class RingPolicy(models.Model):
    """One ring for one province and urgency. The most particular row wins; without any, the default plan."""

    class Tells(models.TextChoices):
        DESK = "DESK", _("the province's desk")
        NEAREST = "NEAREST", _("the nearest agencies that can help")
        SUPERVISOR = "SUPERVISOR", _("the provincial supervisor")
        NEIGHBOUR_DESKS = "NEIGHBOUR_DESKS", _("the desks next door")
        NATIONAL_DESK = "NATIONAL_DESK", _("the national desk")

    province = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="+")
    urgency = models.CharField(max_length=10, choices=Case.Urgency, blank=True)
    ring = models.PositiveSmallIntegerField()
    tells = ArrayField(models.CharField(max_length=16, choices=Tells))
    radius_m = models.PositiveIntegerField(default=0)
    how_many = models.PositiveSmallIntegerField(default=0)
    capability = models.CharField(max_length=12, choices=Capability, default=Capability.RESPOND)
    minutes = models.PositiveSmallIntegerField()  # until the next ring

    class Meta:
        verbose_name_plural = "ring policies"
        constraints = [
            models.UniqueConstraint(
                name="cases_ringpolicy_one_row_a_ring",
                fields=["province", "urgency", "ring"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="cases_ringpolicy_has_a_timer", condition=Q(minutes__gte=1)),
            models.CheckConstraint(name="cases_ringpolicy_counts_from_one", condition=Q(ring__gte=1)),
        ]
