"""Keyed digests, which find a token without storing it."""

import hashlib
import hmac

from django.conf import settings


def digest(value: str, *, purpose: str) -> str:
    """Return a keyed SHA-256 of `value`, hexadecimal. Digests of another `purpose` never match it."""
    return digests(value, purpose=purpose)[0]


def digests(value: str, *, purpose: str) -> list[str]:
    """Return the digests by INDEX_KEY and each fallback: while the key changes, any of them may be stored."""
    keys = [f"{purpose}:{key}".encode() for key in (settings.INDEX_KEY, *settings.INDEX_KEY_FALLBACKS)]
    return [hmac.new(key, value.encode(), hashlib.sha256).hexdigest() for key in keys]
