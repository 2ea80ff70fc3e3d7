"""A chat in LINE between one reporter and our account. The words of the reporter are in reports and messages."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from cases.models.contact_rule import ContactRule
from cases.models.message import Message
from cases.models.report import Report
from vault import BlindIndexField, EncryptedTextField


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def at(self, line_id: str) -> Self:
        return self.filter(line_index__in=Conversation._meta.get_field("line_index").indexes_of(line_id))

    def about(self, reports: Iterable[Report]) -> Self:
        first = {report.linked_to_id or report.pk for report in reports}
        return self.filter(Q(report__in=first) | Q(report__linked_to__in=first)).select_related("report")

    def owed_word(self, *, now: datetime) -> Self:
        """Return the chats in which we may write first and the person has not been told of an officer's answer."""
        first = Coalesce(OuterRef("report__linked_to"), OuterRef("report"))
        answer = Message.objects.to_reporter().filter(
            Q(report=first) | Q(report__linked_to=first),
            at__gt=Coalesce(OuterRef("told_until"), OuterRef("opened_at")),
        )
        return self.filter(
            Exists(answer),
            Q(try_at__isnull=True) | Q(try_at__lte=now),
            may_write_at__isnull=False,
            left_at__isnull=True,
            report__withdrawn_at__isnull=True,
            report__contact_hidden_at__isnull=True,
        )


class Conversation(models.Model):
    class Kind(StrEnum):
        """What a person can say one way and then the other; the later one counts."""

        PRESENCE = "presence"  # has our account, or blocked it
        PERMISSION = "permission"  # lets us write first, or does not
        LANGUAGE = "language"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # its reports are linked by it
    report = models.ForeignKey(Report, models.CASCADE, related_name="+")  # the newest of the chat; see `first_report`
    line_id = EncryptedTextField()
    line_index = BlindIndexField(source="line_id", purpose="LINE of a reporter")
    language = models.CharField(max_length=8, blank=True, default="")  # "": not known yet
    opened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)  # our account was blocked there
    may_write_at = models.DateTimeField(null=True, blank=True)  # the person lets us write first, since then
    told_until = models.DateTimeField(null=True, blank=True)  # the person was told of answers up to then
    read_until = models.DateTimeField(null=True, blank=True)  # answers up to then were shown in the chat
    try_at = models.DateTimeField(null=True, blank=True)  # LINE did not take our message: try again then
    tries = models.PositiveIntegerField(default=0)
    # When the person last did something of each kind (ISO 8601), by `Kind`: LINE may tell us of an earlier one later.
    last_done = models.JSONField(default=dict, blank=True, db_default={})

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="cases_conversation_one_a_chat", fields=["line_index"], condition=~Q(line_index="")
            ),
            models.CheckConstraint(
                name="cases_conversation_tried_has_next", condition=Q(tries=0) | Q(try_at__isnull=False)
            ),
            models.CheckConstraint(
                name="cases_conversation_heard_once_open", condition=Q(heard_at__gte=F("opened_at"))
            ),
        ]

    @property
    def first_report(self) -> int:
        """The primary key of the report to which all later ones of the chat are linked."""
        return self.report.linked_to_id or self.report.pk

    @cached_property
    def rules(self) -> list[ContactRule]:
        """The contact rules of all reports of the chat, oldest first. case_file fills this for many chats at once."""
        return list(ContactRule.objects.of_chats([self.first_report]).unread())

    def is_latest(self, kind: Kind, *, at: datetime, wins_ties: bool = True) -> bool:
        """Note that the person did this at that moment, unless they did something of that kind later.

        Return whether it counts. The caller saves `last_done`.
        """
        last = self.last_done.get(kind)
        if last and (at < datetime.fromisoformat(last) or (at == datetime.fromisoformat(last) and not wins_ties)):
            return False
        self.last_done[kind] = at.isoformat()
        return True

    def answers(self) -> models.QuerySet[Message]:
        is_of_chat = Q(report=self.first_report) | Q(report__linked_to=self.first_report)
        return Message.objects.to_reporter().filter(is_of_chat)
