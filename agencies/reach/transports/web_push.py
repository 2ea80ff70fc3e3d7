"""Push to an officer's browser: encrypted for it (RFC 8291), signed by us (RFC 8292)."""

import json
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

from agencies import clock
from agencies.models import Notification
from agencies.reach.subscription import NotASubscription, Subscription
from agencies.reach.transports.errors import TransportError
from agencies.reach.transports.http import post
from vault import digest

TTL_SECONDS = 15 * 60  # how long a push waits for a phone that is off; later, the next rings were told
SIGNED_FOR_SECONDS = 3600
PLAIN_BYTES = 1024  # always the same length, which tells the push service nothing
GONE = (404, 410)


class WebPushTransport:
    def send(self, *, to: str, notification: Notification) -> None:
        push = settings.WEB_PUSH
        if push is None:
            raise TransportError("not configured")
        try:
            subscription = Subscription.parse(to)
        except NotASubscription as error:
            raise TransportError("not a subscription", is_permanent=True) from error
        topic = topic_of(notification)
        headers = {
            **_signed(subscription, push),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_SECONDS),
            "Urgency": "high",
            "Topic": topic,  # replaces a message of the same topic that was not shown yet
        }
        body = _encrypted(subscription, notification, topic)
        answer = post(
            subscription.endpoint,
            content=body,
            headers=headers,
            only_public=not subscription.is_test,
            is_late=notification.hold_on,
        )
        if not answer.is_taken:
            raise answer.as_error(is_permanent=answer.status in GONE)


def topic_of(notification: Notification) -> str:
    """Return one topic for all messages about one thing: the first two parts of the dedupe key.

    It has 32 characters, as RFC 8030 allows.
    """
    about = "/".join(notification.dedupe_key.split("/")[:2])
    return digest(about, purpose="push-topic")[:32]


def _signed(subscription: Subscription, push: Any) -> dict[str, str]:
    claims = {
        "aud": subscription.origin,
        "sub": push.subject,
        "exp": int(clock.now().timestamp()) + SIGNED_FOR_SECONDS,
    }
    headers: dict[str, str] = Vapid02.from_string(push.private_key).sign(claims)
    return headers


def _encrypted(subscription: Subscription, notification: Notification, topic: str) -> bytes:
    said = {"title": notification.subject, "text": notification.body.strip(), "tag": topic}
    plain = json.dumps(said, ensure_ascii=False).encode()
    body: bytes = http_ece.encrypt(
        plain.ljust(PLAIN_BYTES),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=subscription.public_key,
        auth_secret=subscription.secret,
        version="aes128gcm",
    )
    return body
