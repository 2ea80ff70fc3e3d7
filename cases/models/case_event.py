"""One line of the history. Added, never changed: codes and commitments, no personal data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Officer, StoredChoices
from cases.models.case import Case
from cases.models.dispatch import Dispatch


class CaseEvent(models.Model):
    class Actor(StoredChoices):
        OFFICER = "OFFICER", _("officer")
        LINK_HOLDER = "LINK_HOLDER", _("holder of the link")
        REPORTER = "REPORTER", _("reporter")
        SYSTEM = "SYSTEM", _("the system")

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)  # registered in privacy.event_kinds, by the room that records it
    actor = models.CharField(max_length=12, choices=Actor.listed)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, null=True, blank=True, related_name="events")
    facts = models.JSONField(default=dict)  # codes, numbers, salted commitments
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["case", "sequence"]
        constraints = [
            models.UniqueConstraint(name="cases_caseevent_one_line_a_number", fields=["case", "sequence"]),
            models.CheckConstraint(
                name="cases_caseevent_officer_is_named",
                condition=~models.Q(actor="OFFICER") | models.Q(officer__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_caseevent_chained",
                condition=models.Q(sequence=1, previous_hash="")
                | (models.Q(sequence__gt=1) & ~models.Q(previous_hash="")),
            ),
        ]
