"""Template filters that turn the codes of a ring into words."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template

from agencies.models import Agency, Capability
from cases.models import Case, Dispatch, RingPolicy
from cases.rings.plan import CUSTODIAN

register = template.Library()

Tells = RingPolicy.Tells


@register.filter
def urgency_words(code: str) -> str:
    return str(dict(Case.Urgency.choices).get(code, code))


@register.filter
def tells_words(codes: Iterable[str]) -> list[str]:
    """Return the words in the order in which a ring asks."""
    known = {CUSTODIAN: Dispatch.Why.CUSTODIAN.label, **dict(Tells.choices)}
    return [str(words) for code, words in known.items() if code in codes]


@register.filter
def capability_words(code: str) -> str:
    return str(dict(Capability.choices).get(code, code))


@register.filter
def each_capability(codes: Iterable[str]) -> list[str]:
    return [capability_words(code) for code in codes]


@register.filter
def kind_words(codes: Iterable[str]) -> list[str]:
    known = dict(Agency.Kind.choices)
    return [str(known.get(code, code)) for code in codes]


@register.filter
def searches(ring: dict[str, Any]) -> bool:
    """Return whether the ring searches around the place."""
    return not {Tells.NEAREST, Tells.NEIGHBOUR_DESKS}.isdisjoint(ring["tells"])


@register.filter
def kilometres(ring: dict[str, Any]) -> int:
    return int(ring["radius_m"]) // 1000


@register.filter
def in_minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
