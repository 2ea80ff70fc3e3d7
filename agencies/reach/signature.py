"""Signatures by which an agency's system knows our webhooks. docs/webhook.md explains them to agencies."""

import hashlib
import hmac

from django.conf import settings


def key_of(contact_point: int) -> str:
    """Return the key of one contact point, hexadecimal. It signs for no other contact point."""
    return hmac.new(settings.WEBHOOK_KEY.encode(), f"webhook:{contact_point}".encode(), hashlib.sha256).hexdigest()


def sign(body: bytes, *, timestamp: int, key: str) -> str:
    return hmac.new(key.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
