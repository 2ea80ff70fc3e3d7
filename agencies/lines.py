"""Our lines to the world, one for each transport: is it down, since when, and in which words is that said?

A line is judged by what left and not by what is due, because each retry moves what is due ahead.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencies.models import ContactPoint, Notification, TransportState

LATE = timedelta(minutes=2)  # what is owed for longer without leaving is a finding
Transport = ContactPoint.Transport

NAMES = {
    Transport.EMAIL: _("the mail server"),
    Transport.SMS: _("the SMS gateway"),
    Transport.LINE: _("LINE"),
    Transport.WEBHOOK: _("the agency's own system"),
    Transport.WEB_PUSH: _("the push service"),
}


class Trouble(models.TextChoices):
    """Why a message did not leave, as far as its last error says."""

    REFUSES = "REFUSES", _("%(line)s refuses")
    UNREACHABLE = "UNREACHABLE", _("%(line)s cannot be reached")
    SILENT = "SILENT", _("%(line)s does not answer")
    UNANSWERED = "UNANSWERED", _("given to %(line)s, which has not confirmed it")
    UNTRUSTED = "UNTRUSTED", _("the certificate of %(line)s is not trusted")
    SPENT = "SPENT", _("the budget is spent")
    OFF = "OFF", _("this portal is not set up to send that way")
    OURS = "OURS", _("the portal cannot send it")


# The first pattern that fits the text of an error decides.
_SIGNS = [
    (Trouble.SPENT, re.compile(r"budget")),
    (Trouble.OFF, re.compile(r"not configured")),
    (Trouble.UNANSWERED, re.compile(r"given")),
    (Trouble.UNTRUSTED, re.compile(r"SSL|[Cc]ertificate")),
    (Trouble.SILENT, re.compile(r"deadline|Timeout")),
    (Trouble.REFUSES, re.compile(r"refused|SMTP \d|HTTP \d|undelivered")),
    (Trouble.UNREACHABLE, re.compile(r"Connect|Disconnect|Read|Write|Network|Protocol|OSError|public address")),
]


def trouble_of(error: str) -> Trouble:
    """Read the reason of an error as our transports write it."""
    return next((trouble for trouble, sign in _SIGNS if sign.search(error)), Trouble.OURS)


def why_not_sent(notification: Notification) -> str:
    """Say why this message did not leave yet, or was given up, without its address."""
    return words_of(notification.last_error, notification.transport)


def words_of(error: str, transport: str) -> str:
    return _words(trouble_of(error), transport)


def _words(trouble: Trouble, transport: str) -> str:
    return str(trouble.label) % {"line": NAMES[Transport(transport)]}


@dataclass(frozen=True)
class Down:
    """A line that takes nothing. `waiting` counts the messages that are late on it; 0 if all were given up."""

    transport: Transport
    since: datetime
    trouble: Trouble
    failures: int
    waiting: int

    @property
    def code(self) -> str:
        return f"line_{self.transport.lower()}"

    @property
    def words(self) -> str:
        return _words(self.trouble, self.transport)


def down() -> list[Down]:
    """Return the lines without a success since their last failures, for LATE or while messages are late on them.

    One agency's own system that fails is no line of ours: webhooks count when nobody else was told instead, or when
    several fail.
    """
    failing = TransportState.objects.filter(failing_since__isnull=False, transport__in=settings.TRANSPORTS)
    late = Notification.objects.unsent(owed_for=LATE).filter(transport=OuterRef("transport"))
    rows = failing.annotate(waiting=_count(late, "pk"), is_long=Q(failing_since__lte=Now() - LATE)).annotate(
        apart=_count(_failing_by(OuterRef("transport")), "contact_point", distinct=True)
    )
    return [_as_down(row) for row in rows.order_by("transport") if _is_down(row)]


def _count(rows: QuerySet[Any], field: str, *, distinct: bool = False) -> Subquery:
    counted = rows.order_by().values("transport").annotate(n=Count(field, distinct=distinct)).values("n")
    return Subquery(counted)


def _failing_by(transport: Any) -> QuerySet[Notification]:
    return Notification.objects.filter(transport=transport, state=Notification.State.QUEUED, attempts__gt=0)


def _is_down(row: Any) -> bool:
    if row.waiting:
        return True
    return bool(row.is_long) and (row.transport != Transport.WEBHOOK or (row.apart or 0) > 1)


def _as_down(row: Any) -> Down:
    return Down(
        transport=Transport(row.transport),
        since=row.failing_since,
        trouble=trouble_of(row.last_error),
        failures=row.failures,
        waiting=row.waiting or 0,
    )


def findings() -> dict[str, int]:
    """Return the code of each line that is down, and how many messages wait on it; at least 1."""
    return {line.code: max(line.waiting, 1) for line in down()}
