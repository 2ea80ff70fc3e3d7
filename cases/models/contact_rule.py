"""How a reporter may be contacted, as they said it. Each time they say it anew a row is added; the newest counts."""

from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agencies.models import Officer, StoredChoices
from cases.models.report import Report
from vault import EncryptedTextField


class ContactRuleQuerySet(models.QuerySet["ContactRule"]):
    def unread(self) -> Self:
        """Leave what the person wrote out of the query."""
        return self.defer("contact", "code_word", "answers_name")

    def of_chats(self, first_reports: Iterable[int]) -> Self:
        """Return the rules of all reports of these LINE chats, each annotated with the `first_report` of its chat."""
        return self.annotate(first_report=Coalesce("report__linked_to", "report")).filter(
            first_report__in=first_reports
        )


class ContactRule(models.Model):
    class Way(StoredChoices):
        CALL = "CALL", _("a call")
        TEXT = "TEXT", _("a text message")
        LINE = "LINE", _("LINE")

    class Part(StoredChoices):
        """Parts of a day in Bangkok; privacy.safe_contact knows their hours."""

        MORNING = "MORNING", _("in the morning")
        DAY = "DAY", _("in the afternoon")
        EVENING = "EVENING", _("in the evening")
        NIGHT = "NIGHT", _("at night")

    class Answers(StoredChoices):
        """The person who may answer the telephone."""

        ME = "ME", _("nobody but the person")
        NAMED = "NAMED", _("somebody whom they name")
        ANYBODY = "ANYBODY", _("anybody")

    class Reached(models.TextChoices):
        THEM = "THEM", _("the person answered")
        SOMEBODY = "SOMEBODY", _("somebody else answered")
        NOBODY = "NOBODY", _("nobody answered")

    class Heard(StoredChoices):
        """The way in which the reporter told an officer what they did not say on the page."""

        PHONE = "PHONE", _("by telephone")
        MEETING = "MEETING", _("face to face")
        CHAT = "CHAT", _("in the chat")
        ANOTHER = "ANOTHER", _("through somebody else")

    report = models.ForeignKey(Report, models.CASCADE, related_name="contact_rules")
    safe_contact = models.CharField(max_length=16, choices=Report.SafeContact.listed)
    ways = ArrayField(models.CharField(max_length=4, choices=Way.listed), default=list, blank=True)  # none: not said
    parts = ArrayField(models.CharField(max_length=8, choices=Part.listed), default=list, blank=True)
    # Time of day in Bangkok, besides the parts; may go over midnight.
    from_time = models.TimeField(null=True, blank=True)
    until_time = models.TimeField(null=True, blank=True)
    answers = models.CharField(max_length=8, choices=Answers.listed, blank=True, default="")
    answers_name = EncryptedTextField(blank=True, default="")
    code_word = EncryptedTextField(blank=True, default="")  # whoever calls says it first
    contact = EncryptedTextField(blank=True, default="")  # said after the report, which keeps its own
    contact_hidden_at = models.DateTimeField(null=True, blank=True)  # as on Report
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    heard = models.CharField(max_length=8, choices=Heard.listed, blank=True, default="", db_default="")
    said_at = models.DateTimeField()
    first_report: int  # of the chat; only `of_chats` sets it

    objects = ContactRuleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]  # what was said last counts, even if a clock was set in between
        constraints = [
            models.CheckConstraint(
                name="cases_contactrule_safe_contact_known",
                condition=Q(safe_contact__in=["DO_NOT_CONTACT", "ANY_TIME", "AS_WRITTEN"]),
            ),
            models.CheckConstraint(
                name="cases_contactrule_time_has_two_ends",
                condition=Q(from_time__isnull=True, until_time__isnull=True)
                | Q(from_time__isnull=False, until_time__isnull=False) & ~Q(from_time=models.F("until_time")),
            ),
            models.CheckConstraint(
                name="cases_contactrule_heard_by_officer",
                condition=Q(officer__isnull=True, heard="")
                | Q(officer__isnull=False, heard__in=["PHONE", "MEETING", "CHAT", "ANOTHER"]),
            ),
            models.CheckConstraint(
                name="cases_contactrule_another_only_forbids",
                condition=~Q(heard="ANOTHER") | Q(safe_contact="DO_NOT_CONTACT"),
            ),
        ]


class ContactOverrideQuerySet(models.QuerySet["ContactOverride"]):
    def to_be_reviewed_by(self, officer: Officer) -> Self:
        return self.filter(reviewed_by=None).exclude(by=officer)


class ContactOverride(models.Model):
    """An officer opened contact details although the person said no, because a life or a child is in danger."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="contact_overrides")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    reason = EncryptedTextField()
    at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ContactOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="cases_contactoverride_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="cases_contactoverride_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=models.F("by")),
            ),
        ]
