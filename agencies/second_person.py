"""The register of what waits for a second person. Each room enters its own kinds when it starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from agencies.models import Officer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class WaitingKind:
    """One kind of what waits. `waiting_for` asks in one query; `address` is the page where a row is decided.

    `page` is the url name of the page that lists the kind; empty where no page does.
    """

    code: str
    wording: "StrOrPromise"
    waiting_for: Callable[[Officer], QuerySet[Any]]
    address: Callable[[Any], str]
    page: str = ""


_kinds: dict[str, WaitingKind] = {}


def register(kind: WaitingKind) -> WaitingKind:
    """Add the kind to the register. Raises ValueError when its code is taken."""
    if kind.code in _kinds:
        raise ValueError(f"Two kinds of what waits for a second person are called {kind.code}.")
    _kinds[kind.code] = kind
    return kind


def kinds() -> list[WaitingKind]:
    return list(_kinds.values())


def count_on(page: str, officer: Officer) -> int:
    return sum(kind.waiting_for(officer).count() for kind in kinds() if kind.page == page)
