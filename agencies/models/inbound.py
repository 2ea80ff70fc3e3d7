"""What providers tell us: a receipt for a message that we do not know yet, and LINE's events."""

from django.db import models
from django.db.models import Q

from agencies.models.choices import StoredChoices
from vault import EncryptedTextField


class Outcome(StoredChoices):
    """What a receipt says of a message."""

    DELIVERED = "DELIVERED"
    FAILED = "FAILED"  # it will never arrive at this address


class ProviderReceipt(models.Model):
    """It came before our own record of sending was written, which looks here afterwards."""

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
                name="agencies_providerreceipt_outcome_known", condition=Q(outcome__in=["DELIVERED", "FAILED"])
            ),
        ]


class LineEvent(models.Model):
    """An event that was dealt with: LINE sends one again when our answer was lost."""

    event_id = models.CharField(max_length=64, primary_key=True)
    received_at = models.DateTimeField()


class LineReply(models.Model):
    """An answer owed to somebody who wrote to our LINE account: politeness, so at most once."""

    class Says(StoredChoices):
        HOW_TO_BIND = "HOW_TO_BIND"
        BOUND = "BOUND"
        NOT_BOUND = "NOT_BOUND"

    token = models.CharField(max_length=200)
    says = models.CharField(max_length=12, choices=Says.listed, blank=True, default="")
    text = EncryptedTextField(blank=True, default="", db_default="")  # what it says when it is none of those
    # A label each, and what comes back when it is pressed.
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
