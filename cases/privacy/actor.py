"""The Actor of a verb: an officer, the holder of a link, the reporter or the system."""

from dataclasses import dataclass
from typing import Self

from agencies.models import Officer
from cases.models import CaseEvent, Dispatch


@dataclass(frozen=True)
class Actor:
    kind: CaseEvent.Actor
    officer: Officer | None = None
    dispatch: Dispatch | None = None

    @classmethod
    def of(cls, officer: Officer) -> Self:
        return cls(CaseEvent.Actor.OFFICER, officer=officer)

    @classmethod
    def link_holder(cls, dispatch: Dispatch) -> Self:
        return cls(CaseEvent.Actor.LINK_HOLDER, dispatch=dispatch)


REPORTER = Actor(CaseEvent.Actor.REPORTER)
SYSTEM = Actor(CaseEvent.Actor.SYSTEM)
