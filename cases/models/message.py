"""Words after the report: from the reporter, or to them."""

from typing import Self

from django.db import models

from agencies.models import Officer
from cases.models.report import Report
from vault import EncryptedTextField


class MessageQuerySet(models.QuerySet["Message"]):
    def to_reporter(self) -> Self:
        return self.filter(by__isnull=False)


class Message(models.Model):
    report = models.ForeignKey(Report, models.CASCADE, related_name="messages")
    by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")  # None: the reporter
    text = EncryptedTextField()
    at = models.DateTimeField()
    # A keyed digest of the page and the words: sent again over a bad line, they are one message.
    submission_digest = models.CharField(max_length=64, blank=True, default="", db_default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(name="cases_message_says_something", condition=~models.Q(text=""))]
