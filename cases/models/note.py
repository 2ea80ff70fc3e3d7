"""A note that officers write for each other, or a call that one of them made, by any means."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Officer, StoredChoices
from cases.models.case import Case
from cases.models.case_event import CaseEvent
from cases.models.dispatch import Dispatch
from vault import EncryptedTextField


class Note(models.Model):
    class CallResult(StoredChoices):
        ANSWERED = "ANSWERED", _("answered")
        NO_ANSWER = "NO_ANSWER", _("no answer")
        BUSY = "BUSY", _("busy")
        WRONG_NUMBER = "WRONG_NUMBER", _("wrong number")

    class Means(StoredChoices):
        PHONE = "PHONE", _("by telephone")
        RADIO = "RADIO", _("by radio")
        IN_PERSON = "IN_PERSON", _("in person")

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    event = models.OneToOneField(CaseEvent, models.PROTECT, related_name="note")  # the line that records it
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    text = EncryptedTextField(blank=True, default="")
    at = models.DateTimeField()
    # Of a call only: an agency that was asked, another agency or a hotline was called; and the result.
    called = models.ForeignKey(Dispatch, models.PROTECT, null=True, blank=True, related_name="calls")
    called_agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    # The database's defaults are for processes of the release before.
    called_number = models.CharField(max_length=30, blank=True, db_default="")
    call_result = models.CharField(max_length=12, choices=CallResult.listed, blank=True)
    means = models.CharField(max_length=10, choices=Means.listed, blank=True, db_default="")
    answered_by = EncryptedTextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="cases_note_is_words_or_a_call",
                condition=Q(called__isnull=True, called_agency__isnull=True, called_number="", call_result="")
                & ~Q(text="")
                | (Q(called__isnull=False) | Q(called_agency__isnull=False) | ~Q(called_number=""))
                & ~Q(call_result=""),
            ),
        ]
