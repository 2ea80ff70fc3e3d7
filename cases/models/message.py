"""Words after the report: from the reporter, or to them."""

from django.db import models

from agencies.models import EncryptedTextField, Officer


class Message(models.Model):
    report = models.ForeignKey("cases.Report", models.CASCADE, related_name="messages")
    by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")  # None: the reporter
    text = EncryptedTextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(name="cases_message_says_something", condition=~models.Q(text=""))]
