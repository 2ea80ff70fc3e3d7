"""A signed POST to an agency's own system. Of its answer only the status counts."""

import json
from urllib.parse import urlsplit

from django.conf import settings

from agencies import clock
from agencies.models import Notification
from agencies.reach.signature import key_of, sign
from agencies.reach.transports.errors import TransportError
from agencies.reach.transports.http import post

ALREADY_TAKEN = 409
NOT_THERE, GONE = 404, 410  # a proxy says 404 while the system behind it restarts


class WebhookTransport:
    def send(self, *, to: str, notification: Notification) -> None:
        if not settings.WEBHOOK_KEY:
            raise TransportError("not configured")
        is_test = _require_acceptable(to)
        body = json.dumps(
            {"id": str(notification.idempotency_key), "subject": notification.subject, "text": notification.body},
            ensure_ascii=False,
        ).encode()
        timestamp = int(clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(notification.idempotency_key),
            "Portal-Timestamp": str(timestamp),
            "Portal-Signature": "v1=" + sign(body, timestamp=timestamp, key=key_of(notification.contact_point_id)),
        }
        answer = post(to, content=body, headers=headers, only_public=not is_test, is_late=notification.hold_on)
        if not answer.is_taken and answer.status != ALREADY_TAKEN:
            raise answer.as_error(is_permanent=answer.status == GONE, is_missing=answer.status == NOT_THERE)


def _require_acceptable(url: str) -> bool:
    """Return whether a test machine lists the host. Other addresses must be https without credentials.

    Raises TransportError.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise TransportError("not an address", is_permanent=True) from error
    if host in settings.WEBHOOK_TEST_HOSTS:
        return True
    if parts.scheme != "https" or not host or parts.username is not None:
        raise TransportError("not an https address", is_permanent=True)
    return False
