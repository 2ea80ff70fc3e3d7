"""How the canaries fare: does an alert get through at present?"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from cases.models import Canary

MISSED = 3  # intervals without one that came through


@dataclass(frozen=True)
class Last:
    """The last one that came through."""

    age_seconds: float
    accepted_ms: int
    handed_ms: int


def last(*, now: datetime) -> Last | None:
    canary = Canary.objects.came_through().order_by("-pressed_at").first()
    if canary is None or not settings.CANARY_ADDRESS:
        return None
    age = (now - canary.pressed_at).total_seconds()
    return Last(round(age, 1), canary.accepted_ms or 0, canary.handed_ms or 0)


def finding() -> dict[str, int]:
    """`canary_failed`, when those of the last intervals failed; `canary_late`, when there was none at all."""
    if not settings.CANARY_ADDRESS:
        return {}
    lately = list(Canary.objects.within(MISSED * settings.CANARY_EVERY))
    if any(canary.handed_ms is not None for canary in lately):
        return {}
    failed = sum(bool(canary.failure) for canary in lately)
    return {"canary_failed": failed} if failed else {"canary_late": 1}
