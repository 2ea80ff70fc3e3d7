"""Who is on duty at the officer's agency, as the head of every page shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from agencies.models import Agency, Duty, HandOver

CACHED_SECONDS = 5  # in this process, so that many pages ask the database once
KEY = "on-duty"


@dataclass(frozen=True)
class OnDuty:
    names: tuple[str, ...] = ()
    is_missing: bool = False  # nobody is on duty, and somebody should be
    takers: frozenset[int] = frozenset()  # officers for whom a hand-over waits


def at(agency: int, *, now: datetime) -> OnDuty:
    key = f"{KEY}/{agency}"
    found: OnDuty | None = cache.get(key)
    if found is None:
        found = ask(agency, now=now)
        cache.set(key, found, CACHED_SECONDS)
    return found


def forget(agency: Agency) -> None:
    cache.delete(f"{KEY}/{agency.pk}")


def ask(agency: int, *, now: datetime) -> OnDuty:
    ours = Duty.objects.filter(agency=agency)
    shifts = ours.on_at(now=now).select_related("officer")
    names = tuple(shift.officer.display_name or shift.officer.username for shift in shifts)
    is_planned = bool(names) or ours.planned(now=now).exists()
    is_missing = is_planned and not names and Agency.objects.get(pk=agency).needs_duty_at(now=now)
    takers = frozenset(HandOver.objects.open().filter(agency=agency).values_list("given_to", flat=True))
    return OnDuty(names, is_missing, takers)
