"""The providers a deployment has a contract with, as its environment describes them. None: that way is not used."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env


@dataclass(frozen=True)
class SmsGateway:
    url: str
    profile: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    sender: str
    force: str

    PROFILES = ("generic", "thaibulksms")

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
        )


@dataclass(frozen=True)
class LineChannel:
    url: str
    token: str = field(repr=False)

    @classmethod
    def from_env(cls, env: Env, *, is_demo: bool) -> "LineChannel | None":
        if not (token := env.str("LINE_TOKEN", default="")):
            return None
        url = env.str("LINE_URL", default="https://api.line.me").rstrip("/")
        return cls(url=_secure(url, name="LINE_URL", is_demo=is_demo), token=token)


def _secure(url: str, *, name: str, is_demo: bool) -> str:
    """Keys travel with each request."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in (("https", "http") if is_demo else ("https",)):
        raise ImproperlyConfigured(f"{name} is not an https address")
    return url
