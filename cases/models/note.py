"""What officers write down for each other: a note, or a call they made."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import EncryptedTextField, Officer
from cases.models.case import Case
from cases.models.dispatch import Dispatch


class Note(models.Model):
    class CallResult(models.TextChoices):
        ANSWERED = "ANSWERED", _("answered")
        NO_ANSWER = "NO_ANSWER", _("no answer")
        BUSY = "BUSY", _("busy")
        WRONG_NUMBER = "WRONG_NUMBER", _("wrong number")

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    text = EncryptedTextField(blank=True, default="")
    at = models.DateTimeField()
    # Set when it is a call: whom, and what came of it.
    called = models.ForeignKey(Dispatch, models.PROTECT, null=True, blank=True, related_name="calls")
    call_result = models.CharField(max_length=12, choices=CallResult, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="cases_note_is_words_or_a_call",
                condition=models.Q(called__isnull=True, call_result="") & ~models.Q(text="")
                | models.Q(called__isnull=False) & ~models.Q(call_result=""),
            ),
        ]
