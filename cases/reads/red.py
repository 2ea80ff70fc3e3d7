"""The red light on every desk's screen: cases that nobody holds after all rings, or of which nobody was told."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q

from agencies.access import Scope, scope_of
from agencies.models import Officer
from cases.models import Case
from cases.reads.untold import untold

CACHED_SECONDS = 5  # within this process, so that many pages cost one query
KEY = "red"


@dataclass(frozen=True)
class RedLight:
    """Numbers only, so that an officer who may not see a case learns neither which it is nor where."""

    everywhere: int
    ours: int  # of them, those that this officer may open
    untold: int = 0  # cases of which nobody was told, red or not yet
    our_untold: int = 0

    def __bool__(self) -> bool:
        return self.everywhere + self.untold > 0


def red_light(officer: Officer) -> RedLight:
    """Return the red light for this officer. Sealed cases count for custodians only."""
    cases = cache.get(KEY)
    if cases is None:
        cases = _ask()
        cache.set(KEY, cases, CACHED_SECONDS)
    if not cases:
        return RedLight(0, 0)
    scope = scope_of(officer)
    seen = [case for case in cases if scope.is_custodian or not case["is_sealed"]]
    red = [case for case in seen if case["red_since"]]
    untold = [case for case in seen if case["is_untold"]]
    return RedLight(len(red), _ours(red, scope), len(untold), _ours(untold, scope))


def _ours(cases: list[dict[str, Any]], scope: Scope) -> int:
    return sum(_is_ours(case, scope) for case in cases)


def _ask() -> list[dict[str, Any]]:
    live = Q(dispatches__declined_at__isnull=True, dispatches__ended_at__isnull=True)
    is_untold = Exists(untold().filter(pk=OuterRef("pk")))
    red = Case.objects.open().filter(held_at__isnull=True, is_canary=False).annotate(is_untold=is_untold)
    red = red.filter(Q(red_since__isnull=False) | Q(is_untold=True))
    if not settings.IS_DEMO:  # in the demo there is nothing but exercises
        red = red.filter(is_exercise=False)
    asked = ArrayAgg("dispatches__agency", filter=live, default=[])
    rows = red.annotate(asked=asked).values(
        "province", "second_province", "is_sealed", "asked", "red_since", "is_untold"
    )
    return [dict(row) for row in rows]


def _is_ours(case: dict[str, Any], scope: Scope) -> bool:
    """Whether the officer may open the case, by the rule of privacy.visibility.cases_for."""
    if scope.provinces is None or not scope.provinces.isdisjoint([case["province"], case["second_province"]]):
        return True
    return scope.agency in case["asked"]
