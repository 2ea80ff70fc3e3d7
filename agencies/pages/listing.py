"""The list of the directory: who can help, where, with what, and whether a message would reach them."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch
from django.db.models.functions import Collate

from agencies.models import Agency, Area, Capability, ContactPoint

MOST = 100  # on one page; no province has so many, and the search narrows it


@dataclass(frozen=True)
class AgencyRow:
    agency: Agency
    abilities: list[str]
    contact: ContactPoint | None  # a usable address of those on duty; without one nobody there is told


@dataclass(frozen=True)
class Found:
    rows: list[AgencyRow]
    total: int

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.rows)


def provinces() -> list[Area]:
    """Return the provinces in the order of the Thai dictionary (ไ stands under its consonant)."""
    return list(Area.objects.provinces().only("code", "name_th", "name_en").order_by(Collate("name_th", "th-x-icu")))


def find(*, words: str = "", province: str = "", without_contact: bool = False) -> Found:
    # The address itself is encrypted and not shown: it is not read.
    on_duty = ContactPoint.objects.usable().filter(audience=ContactPoint.Audience.DUTY).defer("address")
    agencies = Agency.objects.active().for_directory(words, province)
    if without_contact:
        agencies = agencies.filter(~Exists(on_duty.filter(agency=OuterRef("pk"))))
    shown = agencies.prefetch_related(Prefetch("contact_points", on_duty, to_attr="on_duty"))[:MOST]
    return Found([_row(agency) for agency in shown], agencies.count())


def _row(agency: Agency) -> AgencyRow:
    abilities = [str(Capability(ability).label) for ability in agency.capabilities]
    contacts: list[ContactPoint] = agency.on_duty  # type: ignore[attr-defined]
    return AgencyRow(agency, abilities, contacts[0] if contacts else None)
