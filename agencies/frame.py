"""The register of what rooms enter into the frame of an officer's page when they start."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from django.urls import resolve, reverse

from agencies import access
from agencies.models import Officer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Slot(StrEnum):
    MENU = auto()  # links at the head of each page, before those of this room
    LEAVING = auto()  # buttons beside the officer's name
    DIRECTORY = auto()  # links beside the directory of agencies
    HANDING_OVER = auto()  # the page on which an officer hands over the duty: one for each role


@dataclass(frozen=True)
class Entry:
    """A link or button; `page` is a url name. It is shown to officers who may open that page."""

    slot: Slot
    page: str
    label: "StrOrPromise"
    rank: int = 0  # from left to right
    badge: str = ""  # a template, drawn behind the label

    @property
    def address(self) -> str:
        return reverse(self.page)

    def opens_to(self, officer: Officer) -> bool:
        return access.may_open(officer, resolve(self.address).func)


_entries: list[Entry] = []


def enter(*entries: Entry) -> None:
    """Add the entries to the frame. Raises ValueError when a page is in its slot already."""
    for entry in entries:
        if any((known.slot, known.page) == (entry.slot, entry.page) for known in _entries):
            raise ValueError(f"{entry.page} stands in {entry.slot} already.")
        _entries.append(entry)
    _entries.sort(key=lambda entry: entry.rank)


def entries(slot: Slot, officer: Officer) -> list[Entry]:
    return [entry for entry in _entries if entry.slot == slot and entry.opens_to(officer)]
