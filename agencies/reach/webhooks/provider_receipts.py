"""Provider receipts, as each kind of provider sends them. A status that decides nothing is ignored."""

import json
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare

from agencies.models import ContactPoint, Notification, Outcome
from agencies.reach import receipts
from agencies.reach.signature import key_of, sign

OLDEST_SECONDS = 300
NAME = re.compile(r"[\x21-\x7e]{1,100}")  # a provider's id of a message
Transport = ContactPoint.Transport

# The words that we document for agencies' systems, which speak of themselves, and for the generic gateway, which
# speaks of a telephone: that is off, or whose carrier refuses a text, and only seldom is the number wrong.
OF_AGENCIES = {
    "delivered": Outcome.DELIVERED,
    "read": Outcome.DELIVERED,
    "expired": Outcome.MISSED,
    "rejected": Outcome.MISSED,
    "failed": Outcome.FAILED,
    "undeliverable": Outcome.FAILED,
}
OF_GATEWAYS = {**OF_AGENCIES, "failed": Outcome.MISSED}


class Closed(Exception):
    """No such receipts are taken, because this deployment has no key for them."""


class NotGenuine(Exception):
    """It has no valid signature, is too old, or names a message that was not sent by this provider."""


class MalformedReceipt(Exception):
    """It is signed, but is not what was agreed."""


def from_agency(message: uuid.UUID, body: bytes, headers: Mapping[str, str], *, now: datetime) -> None:
    """Take a receipt of an agency's system, signed with its own key. Raises NotGenuine, MalformedReceipt.

    A message that does not exist raises the same as a wrong signature.
    """
    notification = _ours(Transport.WEBHOOK, message)
    if notification is None or not settings.WEBHOOK_KEY:
        raise NotGenuine
    _require_signed(body, headers, key=key_of(notification.contact_point_id), now=now)
    outcome = OF_AGENCIES.get(_text(_parsed(body), "status").lower())
    if outcome:
        receipts.record(notification=notification, outcome=outcome)


def from_generic_gateway(body: bytes, headers: Mapping[str, str], *, now: datetime) -> None:
    """Take a receipt of our generic SMS profile, whose `id` is our Idempotency-Key.

    Raises Closed, NotGenuine, MalformedReceipt.
    """
    gateway = _gateway("generic")
    _require_signed(body, headers, key=gateway.receipt_key, now=now)
    said = _parsed(body)
    try:
        notification = _ours(Transport.SMS, uuid.UUID(_text(said, "id")))
    except ValueError as error:
        raise MalformedReceipt from error
    outcome = _of_gateway(gateway, _text(said, "status").lower(), reason=str(said.get("reason", "")))
    if notification and outcome:
        receipts.record(notification=notification, outcome=outcome)


def _of_gateway(gateway: Any, status: str, *, reason: str) -> str | None:
    outcome = OF_GATEWAYS.get(status)
    if outcome != Outcome.DELIVERED and gateway.speaks_of_number(f"{status} {reason}"):
        return Outcome.FAILED
    return outcome


def from_thaibulksms(said: Mapping[str, str], *, key: str, now: datetime) -> None:
    """Take a receipt of ThaiBulkSMS. It signs nothing, so its address contains a key. Field names are settings.

    Raises Closed, NotGenuine, and MalformedReceipt when one of the two fields is missing: the settings may be wrong.
    """
    gateway = _gateway("thaibulksms")
    if not constant_time_compare(key, gateway.receipt_key):
        raise NotGenuine
    provider_id, status = (said.get(field, "") for field in gateway.receipt_fields)
    if not NAME.fullmatch(provider_id) or not status.strip():
        raise MalformedReceipt
    if outcome := gateway.outcome_of(status):
        sms = {"transport": Transport.SMS, "provider_id": provider_id}
        receipts.record_by_provider_id(**sms, outcome=outcome, now=now)


def _gateway(profile: str) -> Any:
    gateway = settings.SMS_GATEWAY
    if gateway is None or gateway.profile != profile or not gateway.receipt_key:
        raise Closed
    return gateway


def _ours(transport: str, key: uuid.UUID) -> Notification | None:
    # The key that we sent along is known even before the sending is recorded.
    return Notification.objects.filter(transport=transport, idempotency_key=key).defer("body").first()


def _require_signed(body: bytes, headers: Mapping[str, str], *, key: str, now: datetime) -> None:
    timestamp = headers.get("Portal-Timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        raise NotGenuine
    if abs(now.timestamp() - int(timestamp)) > OLDEST_SECONDS:
        raise NotGenuine
    expected = "v1=" + sign(body, timestamp=int(timestamp), key=key)
    if not constant_time_compare(expected, headers.get("Portal-Signature", "")):
        raise NotGenuine


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedReceipt from error
    if not isinstance(said, dict):
        raise MalformedReceipt
    return said


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise MalformedReceipt
    return value
