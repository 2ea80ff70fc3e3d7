"""How an agency's system knows that a webhook is ours. docs/webhook.md tells agencies the other half."""

import hashlib
import hmac

from django.conf import settings


def key_of(contact_point: int) -> str:
    """The key of one contact point, hexadecimal. Whoever has it can sign for no other."""
    return hmac.new(settings.WEBHOOK_KEY.encode(), f"webhook:{contact_point}".encode(), hashlib.sha256).hexdigest()


def sign(body: bytes, *, timestamp: int, key: str) -> str:
    return hmac.new(key.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
