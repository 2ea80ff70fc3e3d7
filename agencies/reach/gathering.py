"""Nobody is sent thirty messages in a row: whoever had many lately gets what waits for them as one."""

import uuid
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.template.loader import render_to_string

from agencies.models import ContactPoint, Notification
from agencies.models.notification import GATHERED, NotificationQuerySet

LATELY = timedelta(minutes=10)
# How long a message to somebody who had many lately waits for others. The first word of a case hardly waits at all: a
# sweep finds it within some seconds more.
WAIT, WAIT_IF_FIRST = timedelta(seconds=60), timedelta(seconds=3)
# Every link stands in the message that stands for them, and LINE ends at 5,000 characters.
MOST, MOST_BY_SMS = 25, 500
# An agency's own system, and a browser's notice, are no reader who tires.
FOR_PEOPLE = (ContactPoint.Transport.EMAIL, ContactPoint.Transport.SMS, ContactPoint.Transport.LINE)


def has_had_many() -> Exists:
    """Of a Notification: has its contact point been sent as many lately as come one by one?"""
    lately = Notification.objects.filter(contact_point=OuterRef("contact_point"), sent_at__gt=Now() - LATELY)
    apart = max(settings.MESSAGES_APART, 1)
    return Exists(lately.order_by("sent_at")[apart - 1 : apart])


def may_gather(notification: Notification) -> bool:
    is_single = not notification.is_about_address and not notification.dedupe_key.startswith(GATHERED)
    return is_single and notification.transport in FOR_PEOPLE


def is_to_wait(notification: Notification) -> bool:
    """Has it not waited yet? What is owed is due when it is written down; later, it has waited or failed once."""
    return notification.attempts == 0 and notification.due_at <= notification.created_at


def let_wait(notification: Notification) -> None:
    wait = WAIT_IF_FIRST if notification.is_first else WAIT
    Notification.objects.filter(pk=notification.pk).update(due_at=Now() + wait)


def gather(first: Notification) -> Notification:
    """One message for all that waits at the contact point of `first`, which is locked; `first` when it is alone.

    The caller has a transaction open, and claims what is returned. What is gathered says nothing more itself.
    """
    rows = list(_waiting_with(first))
    said = [(row, body) for row in rows if (body := _readable(row))]
    if len(said) < 2:
        return first
    entries = [{"subject": row.subject, "link": _link_in(body)} for row, body in said]
    message = _compose(first, entries, is_urgent=any(row.is_urgent for row, _ in said))
    message.is_first = any(row.is_first for row, _ in said)
    [message] = Notification.objects.bulk_create([message])
    Notification.objects.filter(pk__in=[row.pk for row, _ in said]).pass_on_to(message)
    return message


def _waiting_with(first: Notification) -> NotificationQuerySet:
    """Due, or waiting for others as it did. Who else has one of them in hand keeps it."""
    most = MOST_BY_SMS if first.transport == ContactPoint.Transport.SMS else MOST
    waiting = Notification.objects.gatherable().filter(contact_point=first.contact_point_id, due_at__lte=Now() + WAIT)
    locked = waiting.select_for_update(skip_locked=True, of=["self"]).defer("body")
    return locked.order_by("due_at", "pk")[:most]


def _readable(row: Notification) -> str:
    """Empty when no key fits: such a row goes its own way, and fails by itself."""
    try:
        return row.body
    except InvalidToken:
        return ""


def _link_in(body: str) -> str:
    """It stands alone on its line in each of our texts."""
    return next((line for line in body.splitlines() if line.startswith(settings.PUBLIC_URL)), "")


def _compose(first: Notification, entries: list[dict[str, str]], *, is_urgent: bool) -> Notification:
    said = {"entries": entries, "is_urgent": is_urgent}
    key = uuid.uuid4()
    return Notification(
        contact_point_id=first.contact_point_id,
        transport=first.transport,
        subject=render_to_string("messages/gathered_subject.txt", said).strip()[:200],
        body=render_to_string("messages/gathered.txt", said),
        is_urgent=is_urgent,
        dedupe_key=f"{GATHERED}{key}>{first.contact_point_id}",
        idempotency_key=key,
        due_at=Now(),
        created_at=Now(),
    )
