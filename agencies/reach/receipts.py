"""Provider receipts: what became of a message after it was sent. For e-mail there are none."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from agencies.models import ContactPoint, Notification, Outcome, ProviderReceipt, TransportState
from agencies.reach import fallback, refusals

State = Notification.State
OPEN = (State.QUEUED, State.SENDING, State.SENT)  # a receipt still decides about these
READABLE_FOR = timedelta(hours=1)  # after sending: until then another address can be told the same
FORGOTTEN_AFTER = timedelta(days=1)  # a receipt for a message that we never knew


def are_expected(transport: str) -> bool:
    """Say whether this deployment gets provider receipts for the transport."""
    if transport == ContactPoint.Transport.SMS:
        return bool(settings.SMS_GATEWAY and settings.SMS_GATEWAY.receipt_key)
    return transport == ContactPoint.Transport.WEBHOOK


@transaction.atomic
def record(*, notification: Notification, outcome: str) -> None:
    """Write the outcome of a receipt. The first one counts; later ones change nothing.

    The lease of a worker that is still sending, or will try again, ends here: that worker records nothing.
    """
    said: dict[str, Any] = {"lease_token": None, "leased_until": None}
    if outcome == Outcome.DELIVERED:
        sent_at = Coalesce("sent_at", Now())
        said |= {"state": State.DELIVERED, "sent_at": sent_at, "delivered_at": Now(), "body": "", "last_error": ""}
    else:
        said |= {"state": State.FAILED, "sent_at": None, "last_error": refusals.BY_RECEIPT}
        # It was paid for all the same.
        said |= {"given_at": Coalesce("sent_at", "given_at", Now()), "times_given": F("times_given") + 1}
    is_first = Notification.objects.filter(pk=notification.pk, state__in=OPEN).update(**said)
    if is_first and outcome == Outcome.MISSED:
        fallback.tell_next_once(notification)
    if is_first and outcome == Outcome.FAILED:
        _pass_judgement(notification)


def _pass_judgement(notification: Notification) -> None:
    """Tell the next address, and mark this one unless so many are refused that the fault is ours."""
    refusals.one_at_a_time(notification.transport)
    Notification.objects.filter(pk=notification.pk).update(refused_at=Now())
    if are_ours := refusals.are_ours(notification.transport):
        refusals.reprieve(notification.transport)
        TransportState.note_failure(notification.transport, refusals.BY_RECEIPT)
    fallback.tell_next_once(notification)
    if not are_ours:
        fallback.mark_failing(notification.contact_point_id, sent_at=notification.sent_at)


def record_by_provider_id(*, transport: str, provider_id: str, outcome: str, now: datetime) -> None:
    """Record a receipt that names the message by the provider's id.

    It may come before our own record of sending: then it is stored, and `settle` applies it. Both sides commit what
    they know before they look for the other's half, so that at least one of them sees both.
    """
    early = {"outcome": outcome, "received_at": now}
    ProviderReceipt.objects.get_or_create(transport=transport, provider_id=provider_id, defaults=early)
    sent = Notification.objects.filter(transport=transport, provider_id=provider_id).order_by("-pk").first()
    if sent:
        settle(sent)


def settle(notification: Notification) -> None:
    """Apply a receipt that came early. The `provider_id` of `notification` must be committed."""
    of_it = {"transport": notification.transport, "provider_id": notification.provider_id}
    receipt = ProviderReceipt.objects.filter(**of_it).first()
    if receipt:
        record(notification=notification, outcome=receipt.outcome)


def forget(*, now: datetime) -> None:
    """Blank the texts for which no receipt came in time, and delete receipts of unknown messages.

    What a dead worker was sending for the last time is cancelled.
    """
    Notification.objects.awaiting_receipt(sent_before=READABLE_FOR).update(body="")
    Notification.objects.left_behind().update(state=State.CANCELLED, lease_token=None, leased_until=None)
    ProviderReceipt.objects.filter(received_at__lt=now - FORGOTTEN_AFTER).delete()
