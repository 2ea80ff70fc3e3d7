"""A new set of rings that one officer proposed, and the decision of another one. Rows are added, never changed."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agencies.models import Area, Capability, Officer
from cases.models.case import Case


class RingChangeQuerySet(models.QuerySet["RingChange"]):
    def about(self, *, province: str | None, urgency: str) -> Self:
        return self.filter(province=province, urgency=urgency)

    def undecided(self) -> Self:
        return self.filter(decision__isnull=True)


class RingChange(models.Model):
    """A complete set of rings, as one officer proposed it."""

    province = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")  # None: everywhere
    urgency = models.CharField(max_length=10, choices=Case.Urgency.listed, blank=True)  # empty: each one
    rings = models.JSONField()  # see cases.rings.plan; empty: remove the set, and what is less particular counts
    requires = ArrayField(models.CharField(max_length=12, choices=Capability.listed), default=list, blank=True)
    proposed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    objects = RingChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]

    @property
    def is_removal(self) -> bool:
        return not self.rings


class RingDecision(models.Model):
    """The end of a proposal: another officer confirmed it, and the set counts from then on, or it was withdrawn."""

    change = models.OneToOneField(RingChange, models.PROTECT, related_name="decision")
    is_confirmed = models.BooleanField()
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Copied from the change, so that a constraint can refuse one person for both.
    proposed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_ringdecision_confirmed_by_another",
                condition=Q(is_confirmed=False) | ~Q(by=F("proposed_by")),
            ),
        ]
