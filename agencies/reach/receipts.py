"""What became of a message after it was sent, as its provider says. Of e-mail nobody says it."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce, Now

from agencies.models import ContactPoint, Notification, Outcome, ProviderReceipt
from agencies.reach import fallback

State = Notification.State
OPEN = (State.QUEUED, State.SENDING, State.SENT)  # of these a receipt may still decide
READABLE_FOR = timedelta(hours=1)  # after sending: so long another address can be told what it said
KEPT_FOR = timedelta(days=1)  # a receipt for a message that we never knew


def are_expected(transport: str) -> bool:
    """Does this deployment hear from the provider what became of a message?"""
    if transport == ContactPoint.Transport.SMS:
        return bool(settings.SMS_GATEWAY and settings.SMS_GATEWAY.receipt_key)
    return transport == ContactPoint.Transport.WEBHOOK


@transaction.atomic
def record(*, notification: Notification, outcome: str) -> None:
    """The first final word stands: a copy of it, or another one later, changes nothing.

    A worker may still be at the message, or about to try again: its lease ends here, and it records nothing.
    """
    said: dict[str, Any] = {"lease_token": None, "leased_until": None}
    if outcome == Outcome.DELIVERED:
        sent_at = Coalesce("sent_at", Now())
        said |= {"state": State.DELIVERED, "sent_at": sent_at, "delivered_at": Now(), "body": "", "last_error": ""}
    else:
        said |= {"state": State.FAILED, "sent_at": None, "last_error": "undelivered, says the provider"}
    is_first = Notification.objects.filter(pk=notification.pk, state__in=OPEN).update(**said)
    if is_first and outcome == Outcome.FAILED:
        fallback.owe_to_next(notification)
        fallback.mark_failing(notification.contact_point_id, sent_at=notification.sent_at)


def record_by_provider_id(*, transport: str, provider_id: str, outcome: str, now: datetime) -> None:
    """It may come before our own record of sending: then it is kept, and `settle` finds it.

    Both sides commit what they know before they look for the other's half, so that one of them sees both.
    """
    early = {"outcome": outcome, "received_at": now}
    ProviderReceipt.objects.get_or_create(transport=transport, provider_id=provider_id, defaults=early)
    sent = Notification.objects.filter(transport=transport, provider_id=provider_id).order_by("-pk").first()
    if sent:
        settle(sent)


def settle(notification: Notification) -> None:
    """Apply the receipt that came early. `notification` has its `provider_id`, committed."""
    of_it = {"transport": notification.transport, "provider_id": notification.provider_id}
    receipt = ProviderReceipt.objects.filter(**of_it).first()
    if receipt:
        record(notification=notification, outcome=receipt.outcome)


def forget(*, now: datetime) -> None:
    """Blank what no receipt came for, and drop receipts that nobody waited for."""
    Notification.objects.awaiting_receipt(sent_before=READABLE_FOR).update(body="")
    ProviderReceipt.objects.filter(received_at__lt=now - KEPT_FOR).delete()
