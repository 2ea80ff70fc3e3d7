"""What a browser gives us for push: the address of its push service, and keys that only it can undo."""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

LONGEST = 2000
SECRET_BYTES = 16


class NotASubscription(Exception):
    """Not what a browser makes, or of a push service that this deployment does not allow."""


@dataclass(frozen=True)
class Subscription:
    endpoint: str
    public_key: bytes  # a point on P-256, uncompressed
    secret: bytes

    @property
    def origin(self) -> str:
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_test(self) -> bool:
        push = settings.WEB_PUSH
        return push is not None and urlsplit(self.endpoint).hostname in push.test_hosts

    @classmethod
    def parse(cls, text: str) -> "Subscription":
        """Read the JSON of PushSubscription.toJSON(). Raises NotASubscription."""
        try:
            said = json.loads(text)
            keys = said["keys"]
            endpoint, public_key, secret = said["endpoint"], _bytes(keys["p256dh"]), _bytes(keys["auth"])
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
            raise NotASubscription from error
        if len(text) > LONGEST or len(secret) != SECRET_BYTES or not is_allowed(endpoint):
            raise NotASubscription
        return cls(endpoint, public_key, secret)

    def as_text(self) -> str:
        # Nothing else that the browser sent is stored.
        keys = {"p256dh": _encoded(self.public_key), "auth": _encoded(self.secret)}
        return json.dumps({"endpoint": self.endpoint, "keys": keys})


def is_allowed(endpoint: Any) -> bool:
    """Allow https to the push services in the settings. "*.push.apple.com" means any name below it."""
    push = settings.WEB_PUSH
    if push is None or not isinstance(endpoint, str) or not endpoint.isascii():
        return False
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if host in push.test_hosts:
        return parts.scheme in ("http", "https")
    is_plain = parts.scheme == "https" and port in (None, 443) and parts.username is None
    return is_plain and any(_is_of(host, allowed) for allowed in push.hosts)


def _is_of(host: str, allowed: str) -> bool:
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed


def _bytes(text: str) -> bytes:
    # Browsers leave the padding out, or not.
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
