"""A reader who had many messages lately gets the next ones gathered into one."""

import uuid
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.template.loader import render_to_string

from agencies.models import ContactPoint, Notification, Precedence
from agencies.models.notification import GATHERED, NotificationQuerySet

LATELY = timedelta(minutes=10)
# How long a message waits to be gathered with others. The first message of a case hardly waits: the sweep adds a few
# seconds.
WAIT, WAIT_IF_FIRST = timedelta(seconds=60), timedelta(seconds=3)
# The gathered message contains every link, and LINE takes 5,000 characters.
MOST, MOST_BY_SMS = 25, 500
# Only people tire of many messages: an agency's system and a browser do not.
FOR_PEOPLE = (ContactPoint.Transport.EMAIL, ContactPoint.Transport.SMS, ContactPoint.Transport.LINE)


def has_had_many() -> Exists:
    """Return the condition that a contact point was sent as many messages lately as are sent one by one."""
    lately = Notification.objects.filter(
        contact_point=OuterRef("contact_point"), sent_at__gt=Now() - LATELY, sent_at__lte=Now()
    )
    apart = max(settings.MESSAGES_APART, 1)
    return Exists(lately.order_by("sent_at")[apart - 1 : apart])


def may_gather(notification: Notification) -> bool:
    is_single = not notification.is_about_address and not notification.dedupe_key.startswith(GATHERED)
    return is_single and notification.transport in FOR_PEOPLE and not notification.times_given


def is_to_wait(notification: Notification) -> bool:
    # It is due when it is created; after a wait or a failure it is due later.
    return notification.attempts == 0 and notification.due_at <= notification.created_at


def let_wait(notification: Notification) -> None:
    wait = WAIT_IF_FIRST if notification.is_first else WAIT
    Notification.objects.filter(pk=notification.pk).update(due_at=Now() + wait)


def gather(first: Notification) -> Notification:
    """Return one message for all that waits at the contact point of `first`, or `first` when it is alone.

    The caller has a transaction open, in which the rows are locked, and claims what is returned.
    """
    rows = list(_waiting_with(first))
    said = [(row, body) for row in rows if (body := _readable(row))]
    if len(said) < 2:
        return first
    entries = [{"subject": row.subject, "link": _link_in(body)} for row, body in said]
    message = _compose(first, entries, precedence=min(row.precedence for row, _ in said))
    message.created_at = min(row.created_at for row, _ in said)  # owed since then
    message.is_first = any(row.is_first for row, _ in said)
    [message] = Notification.objects.bulk_create([message])
    Notification.objects.filter(pk__in=[row.pk for row, _ in said]).pass_on_to(message)
    return message


def _waiting_with(first: Notification) -> NotificationQuerySet:
    most = MOST_BY_SMS if first.transport == ContactPoint.Transport.SMS else MOST
    waiting = Notification.objects.gatherable().filter(contact_point=first.contact_point_id, due_at__lte=Now() + WAIT)
    # What another worker has locked is left to that worker.
    locked = waiting.select_for_update(skip_locked=True, of=["self"]).defer("body")
    # In the order of the claim, so that `first` is among them.
    return locked.order_by("precedence", "due_at", "pk")[:most]


def _readable(row: Notification) -> str:
    try:
        return row.body
    except InvalidToken:  # it is sent alone, and fails alone
        return ""


def _link_in(body: str) -> str:
    # In each of our texts the link stands alone on its line.
    return next((line for line in body.splitlines() if line.startswith(settings.PUBLIC_URL)), "")


def _compose(first: Notification, entries: list[dict[str, str]], *, precedence: int) -> Notification:
    said = {"entries": entries, "is_urgent": precedence == Precedence.EMERGENCY}
    key = uuid.uuid4()
    return Notification(
        contact_point_id=first.contact_point_id,
        transport=first.transport,
        subject=render_to_string("messages/gathered_subject.txt", said).strip()[:200],
        body=render_to_string("messages/gathered.txt", said),
        precedence=precedence,
        dedupe_key=f"{GATHERED}{key}>{first.contact_point_id}",
        idempotency_key=key,
        due_at=Now(),
        created_at=Now(),
    )
