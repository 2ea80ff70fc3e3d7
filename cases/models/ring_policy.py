"""The rings as a deployment changed them: the agencies to tell, and whose acknowledgement holds the case."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Area, Capability, StoredChoices
from cases.models.case import Case


class RingPolicy(models.Model):
    """One ring of the set for a province and an urgency. The most particular set counts; without any, the default."""

    # The largest values that a ring may have. Nobody has seen what was not answered within an hour.
    MOST_MINUTES, MOST_AGENCIES, MOST_METRES = 60, 20, 300_000

    class Tells(StoredChoices):
        DESK = "DESK", _("the province's desk")
        NEAREST = "NEAREST", _("the nearest agencies that can help")
        SUPERVISOR = "SUPERVISOR", _("the provincial supervisor")
        NEIGHBOUR_DESKS = "NEIGHBOUR_DESKS", _("the desks next door")
        NATIONAL_DESK = "NATIONAL_DESK", _("the national desk")

    province = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="+")
    urgency = models.CharField(max_length=10, choices=Case.Urgency.listed, blank=True)
    ring = models.PositiveSmallIntegerField()
    tells = ArrayField(models.CharField(max_length=16, choices=Tells.listed))
    radius_m = models.PositiveIntegerField(default=0)
    how_many = models.PositiveSmallIntegerField(default=0)
    capability = models.CharField(max_length=12, choices=Capability.listed, default=Capability.RESPOND)
    # Kinds of agencies among which the nearest are looked for; none: all.
    kinds = ArrayField(models.CharField(max_length=12, choices=Agency.Kind.listed), default=list, blank=True)
    minutes = models.PositiveSmallIntegerField()  # until the next ring
    # Capabilities that must acknowledge before the case is held; none: by what the person allowed.
    requires = ArrayField(models.CharField(max_length=12, choices=Capability.listed), default=list, blank=True)

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
            models.CheckConstraint(
                name="cases_ringpolicy_within_bounds",
                condition=Q(minutes__lte=60, how_many__lte=20, radius_m__lte=300_000),
            ),
            # The first ring of a set says what the whole set requires.
            models.CheckConstraint(name="cases_ringpolicy_first_ring_requires", condition=Q(ring=1) | Q(requires=[])),
        ]
