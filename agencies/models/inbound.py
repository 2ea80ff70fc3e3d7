"""Receipts that came early, LINE's events, and replies to what people write in LINE."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models.choices import StoredChoices
from vault import EncryptedTextField


class Outcome(StoredChoices):
    """What a provider receipt says about a message."""

    DELIVERED = "DELIVERED"
    MISSED = "MISSED"  # this one will not arrive; that says nothing about the address
    FAILED = "FAILED"  # nothing will ever arrive at this address


class ProviderReceipt(models.Model):
    """A receipt that came before our own record of sending. Whoever writes that record looks here."""

    transport = models.CharField(max_length=10)
    provider_id = models.CharField(max_length=100)
    outcome = models.CharField(max_length=10, choices=Outcome.listed)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="agencies_providerreceipt_one_a_message", fields=["transport", "provider_id"]
            ),
            models.CheckConstraint(
                name="agencies_providerreceipt_outcome_known",
                condition=Q(outcome__in=["DELIVERED", "MISSED", "FAILED"]),
            ),
        ]


class MalformedCall(models.Model):
    """How often a provider called us, proved who it is, and said nothing that we understand."""

    hook = models.CharField(max_length=40, primary_key=True)  # the name of our address
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.hook

    @classmethod
    def note(cls, hook: str) -> None:
        cls.objects.get_or_create(hook=hook, defaults={"last_at": Now()})
        cls.objects.filter(hook=hook).update(count=F("count") + 1, last_at=Now())


class LineEvent(models.Model):
    """An event that was dealt with. LINE sends it again when our answer was lost; then nothing is done."""

    event_id = models.CharField(max_length=64, primary_key=True)
    received_at = models.DateTimeField()


class LineReply(models.Model):
    """A reply owed to somebody who wrote to our LINE account. It is sent at most once: it is a courtesy."""

    class Says(StoredChoices):
        HOW_TO_BIND = "HOW_TO_BIND"
        BOUND = "BOUND"
        NOT_BOUND = "NOT_BOUND"

    token = models.CharField(max_length=200)
    says = models.CharField(max_length=12, choices=Says.listed, blank=True, default="")
    text = EncryptedTextField(blank=True, default="", db_default="")  # the words, when `says` is empty
    # Each has a label, and the data that LINE sends us when it is pressed.
    buttons = models.JSONField(default=list, blank=True, db_default=[])
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "line replies"
        constraints = [
            models.CheckConstraint(
                name="agencies_linereply_says_known", condition=Q(says__in=["HOW_TO_BIND", "BOUND", "NOT_BOUND", ""])
            ),
            models.CheckConstraint(
                name="agencies_linereply_says_one_thing",
                condition=Q(says="") & ~Q(text="") | ~Q(says="") & Q(text=""),
            ),
        ]
