"""STUB of the interface, until the real one lands."""

from datetime import datetime

from agencies.models import ContactPoint


def bind_line(*, code: str, line_id: str, now: datetime) -> ContactPoint | None:
    return None


def line_left(*, line_id: str, now: datetime) -> None:
    return None


def line_joined_by(*, line_id: str, now: datetime) -> None:
    return None


def looks_like_a_code(text: str) -> bool:
    plain = text.strip().replace(" ", "")
    return len(plain) == 8 and plain.isdecimal()
