"""The providers that a deployment uses, as its environment describes them. None: it does not use this provider."""

import ipaddress
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import idna
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured
from environ import Env

SHORTEST_KEY = 24
HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")


@dataclass(frozen=True)
class SmsGateway:
    url: str
    profile: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    sender: str
    force: str
    receipt_key: str = field(default="", repr=False)  # without one no receipt is taken
    # ThaiBulkSMS: the names of the fields with the id and the status of the message, and the words of the status.
    receipt_fields: tuple[str, str] = ("Transaction", "Status")
    delivered_words: frozenset[str] = frozenset()
    failed_words: frozenset[str] = frozenset()

    PROFILES = ("generic", "thaibulksms")
    # Words that carriers use. We have not seen which of them ThaiBulkSMS sends.
    DELIVERED = ("delivered", "delivrd")
    FAILED = ("undelivered", "undeliv", "rejected", "rejectd", "expired", "deleted")
    # A telephone that is off, a carrier that is down or a text that it refuses say nothing about the number.
    OF_THE_NUMBER = re.compile(
        r"(unknown|invalid|unallocated|unassigned|bad|wrong|no such|nonexist\w*|non-exist\w*|inactive)[\W_]*"
        r"(mobile[\W_]*|phone[\W_]*|destination[\W_]*)?(subscriber|number|msisdn|destination|recipient|dest_?addr\w*)"
        r"|(subscriber|number|msisdn|destination|recipient)[\W_]*(is[\W_]*)?"
        r"(unknown|invalid|unallocated|unassigned|not[\W_]*(valid|exist\w*|found|in[\W_]*service)|does[\W_]*not[\W_]*exist)"
    )

    @classmethod
    def speaks_of_number(cls, words: str) -> bool:
        return bool(cls.OF_THE_NUMBER.search(words.lower()))

    def outcome_of(self, status: str) -> str:
        """Return a receipt's outcome, or nothing for a status that the settings do not name."""
        word = status.strip().lower()
        if word in self.delivered_words:
            return "DELIVERED"
        if self.speaks_of_number(word):
            return "FAILED"
        return "MISSED" if word in self.failed_words else ""

    @classmethod
    def from_env(cls, env: Env, *, is_demo: bool) -> "SmsGateway | None":
        if not (url := env.str("SMS_URL", default="")):
            return None
        profile = env.str("SMS_PROFILE", default="generic")
        if profile not in cls.PROFILES:
            raise ImproperlyConfigured(f"SMS_PROFILE is one of {', '.join(cls.PROFILES)}")
        return cls(
            url=_secure(url, name="SMS_URL", is_demo=is_demo),
            profile=profile,
            key=env.str("SMS_KEY"),
            secret=env.str("SMS_SECRET", default=""),
            sender=env.str("SMS_SENDER", default=""),
            force=env.str("SMS_FORCE", default="corporate"),
            receipt_key=_long(env.str("SMS_RECEIPT_KEY", default=""), name="SMS_RECEIPT_KEY"),
            receipt_fields=_two(env.list("SMS_RECEIPT_FIELDS", default=["Transaction", "Status"])),
            delivered_words=_words(env.list("SMS_RECEIPT_DELIVERED", default=cls.DELIVERED)),
            failed_words=_words(env.list("SMS_RECEIPT_FAILED", default=cls.FAILED)),
        )


@dataclass(frozen=True)
class LineChannel:
    url: str
    token: str = field(repr=False)
    secret: str = field(default="", repr=False)  # signs what LINE sends us; without one we do not listen

    @classmethod
    def from_env(cls, env: Env, *, is_demo: bool) -> "LineChannel | None":
        if not (token := env.str("LINE_TOKEN", default="")):
            return None
        url = env.str("LINE_URL", default="https://api.line.me").rstrip("/")
        secret = env.str("LINE_SECRET", default="")
        return cls(url=_secure(url, name="LINE_URL", is_demo=is_demo), token=token, secret=secret)


@dataclass(frozen=True)
class WebPush:
    """Our identity towards push services (VAPID), and the push services that we use."""

    private_key: str = field(repr=False)  # 32 bytes, base64url
    subject: str
    hosts: tuple[str, ...]
    test_hosts: tuple[str, ...] = ()

    # Of Chrome and its kin, Firefox, Safari, Edge.
    HOSTS = ("fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com")

    @classmethod
    def from_env(cls, env: Env, *, is_demo: bool) -> "WebPush | None":
        if not (private_key := env.str("VAPID_PRIVATE_KEY", default="")):
            return None
        subject = env.str("VAPID_SUBJECT")
        if not subject.startswith(("mailto:", "https://")):
            raise ImproperlyConfigured("VAPID_SUBJECT is a mailto: or https:// address")
        test_hosts = env.list("WEB_PUSH_TEST_HOSTS", default=[]) if is_demo else []
        hosts = env.list("WEB_PUSH_HOSTS", default=cls.HOSTS)
        push = cls(private_key, subject, tuple(hosts), tuple(test_hosts))
        try:
            push.public_key  # noqa: B018 - a bad key stops the start
        except ValueError as error:
            raise ImproperlyConfigured("VAPID_PRIVATE_KEY is not a key; `manage.py vapid_key` makes one") from error
        return push

    @cached_property
    def public_key(self) -> str:
        """Return the key with which browsers subscribe: the point on P-256, base64url. Raises ValueError."""
        secret = urlsafe_b64decode(self.private_key + "=" * (-len(self.private_key) % 4))
        if len(secret) != 32:
            raise ValueError
        point = ec.derive_private_key(int.from_bytes(secret), ec.SECP256R1()).public_key()
        raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True)
class TileHost:
    """The host of the streets on our maps. Only this portal calls it, never a browser."""

    url: str  # with {z}, {x} and {y}
    attribution: str
    max_zoom: int
    cache: Path
    is_test: bool = False  # it may be inside our walls

    DEEPEST = 19

    @classmethod
    def from_env(cls, env: Env, *, is_demo: bool, var_dir: Path) -> "TileHost | None":
        if not (url := env.str("TILE_URL", default="")):
            return None
        if not all(f"{{{part}}}" in url for part in "zxy"):
            raise ImproperlyConfigured("TILE_URL holds {z}, {x} and {y}")
        max_zoom = env.int("TILE_MAX_ZOOM", default=16)
        if not 1 <= max_zoom <= cls.DEEPEST:
            raise ImproperlyConfigured(f"TILE_MAX_ZOOM is a number from 1 to {cls.DEEPEST}")
        return cls(
            url=_secure(url, name="TILE_URL", is_demo=is_demo),
            attribution=env.str("TILE_ATTRIBUTION"),
            max_zoom=max_zoom,
            cache=Path(env.str("TILE_CACHE", default=str(var_dir / "tiles"))),
            is_test=is_demo and urlsplit(url).hostname in ("127.0.0.1", "localhost"),
        )


def full_name(host: str | None) -> str:
    """Return the host as EHLO takes it: its name in ASCII, or an address in brackets (RFC 5321, 4.1.3)."""
    try:
        address = ipaddress.ip_address(host or "")
        return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"
    except ValueError:
        pass
    try:
        name = idna.encode(host or "", uts46=True).decode() if host and not host.isascii() else host or ""
    except idna.IDNAError as error:
        raise ImproperlyConfigured(f"{host} is not a host name") from error
    if not HOST_NAME.fullmatch(name):
        raise ImproperlyConfigured("MAIL_HELO is a host name")
    return name


def _secure(url: str, *, name: str, is_demo: bool) -> str:
    # https, because our keys are part of each request.
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in (("https", "http") if is_demo else ("https",)):
        raise ImproperlyConfigured(f"{name} is not an https address")
    return url


def _long(key: str, *, name: str) -> str:
    # It may be part of an address, where a short key could be guessed.
    if key and len(key) < SHORTEST_KEY:
        raise ImproperlyConfigured(f"{name} has fewer than {SHORTEST_KEY} characters")
    return key


def _two(names: Sequence[str]) -> tuple[str, str]:
    if len(names) != 2:
        raise ImproperlyConfigured("SMS_RECEIPT_FIELDS names two fields: the message's id, and its status")
    return names[0], names[1]


def _words(said: Iterable[str]) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in said)
