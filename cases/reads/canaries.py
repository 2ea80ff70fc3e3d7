"""Do alerts get through at present? The canaries tell."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from cases.models import Canary

MISSED = 3  # intervals without a canary that came through, after which it is a finding


@dataclass(frozen=True)
class Last:
    """The last canary that came through, and how long its way took."""

    age_seconds: float
    accepted_ms: int
    handed_ms: int


def last(*, now: datetime) -> Last | None:
    canary = Canary.objects.came_through().filter(pressed_at__lte=now).order_by("-pressed_at").first()
    if canary is None or not settings.CANARY_ADDRESS:
        return None
    age = (now - canary.pressed_at).total_seconds()
    return Last(round(age, 1), canary.accepted_ms or 0, canary.handed_ms or 0)


def finding() -> dict[str, int]:
    """Return `canary_failed` if those of the last intervals failed, `canary_late` if there was none, or nothing."""
    if not settings.CANARY_ADDRESS:
        return {}
    lately = list(Canary.objects.within(MISSED * settings.CANARY_EVERY))
    if any(canary.handed_ms is not None for canary in lately):
        return {}
    failed = sum(bool(canary.failure) for canary in lately)
    return {"canary_failed": failed} if failed else {"canary_late": 1}
