"""The register of the kinds of case events. A room enters its own kinds, with their words, when it is imported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Choices

from agencies.models import Area
from cases.models import CaseEvent, Note

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class UnknownKind(Exception):
    """No room has registered this kind."""


class UnknownFact(Exception):
    """Lines of this kind do not carry such a fact."""


@dataclass(frozen=True)
class EventContext:
    """An event, and what the words of its facts may need."""

    event: CaseEvent
    areas: Mapping[str, Area]  # those that the facts of the case's events name, by their codes

    @property
    def note(self) -> Note | None:
        return getattr(self.event, "note", None)


# Says the value of one fact in the reader's language; the value is None when the event does not carry the fact.
Words = Callable[[Any, EventContext], str]


@dataclass(frozen=True)
class EventKind:
    wording: "StrOrPromise"
    facts: Mapping[str, Words | None]
    between: str

    def details(self, context: EventContext) -> str:
        said = (words(context.event.facts.get(name), context) for name, words in self.facts.items() if words)
        return self.between.join(filter(None, said))

    def areas_in(self, event: CaseEvent) -> set[str]:
        codes = (event.facts.get(name) for name, words in self.facts.items() if words is area)
        return {code for code in codes if code}


_kinds: dict[str, EventKind] = {}


def register(
    code: str, wording: "StrOrPromise", facts: Mapping[str, Words | None] | None = None, *, between: str = " · "
) -> str:
    """Return the code, by which events of this kind are recorded and found. Raise ValueError when it is taken.

    `facts` names what an event of this kind may carry: codes, numbers and commitments, no personal data. The
    timeline says a fact by its words; a fact without words is kept for proof only.
    """
    if code in _kinds:
        raise ValueError(f"Two kinds of case events are called {code}.")
    _kinds[code] = EventKind(wording, facts or {}, between)
    return code


def codes() -> list[str]:
    return list(_kinds)


def kind_of(code: str) -> EventKind:
    """Raise UnknownKind."""
    try:
        return _kinds[code]
    except KeyError as error:
        raise UnknownKind(code) from error


def read(code: str) -> EventKind:
    """Return the kind of a recorded event. If no room registers it any more, the code itself is its wording."""
    return _kinds.get(code) or EventKind(code, {}, "")


def check(code: str, facts: Mapping[str, Any]) -> None:
    """Raise UnknownKind or UnknownFact unless both are registered: nobody could read the event later."""
    if strange := facts.keys() - kind_of(code).facts.keys():
        raise UnknownFact(f"{code}: {', '.join(sorted(strange))}")


# ---- Words that many kinds need --------------------------------------------------------------------------------


def label(choices: type[Choices], code: str | None) -> str:
    """The label of a stored choice; a code that no longer exists is shown as it is."""
    return str(dict(choices.choices).get(code or "", code or ""))


def choice(choices: type[Choices]) -> Words:
    return lambda code, _context: label(choices, code)


def area(code: str | None, context: EventContext) -> str:
    return str(getattr(context.areas.get(code or ""), "name", "?"))


def itself(value: Any, _context: EventContext) -> str:
    return str(value)
