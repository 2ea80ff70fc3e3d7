"""Sets of rings: those that count, the changes that wait for a second person, and the changes before."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Collate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies import second_person
from agencies.models import Area, Officer
from cases.models import RingChange, RingPolicy
from cases.models.ring_change import RingChangeQuerySet
from cases.privacy.authority import ring_scope_of

HISTORY_SHOWN = 30


@dataclass(frozen=True)
class Key:
    """What a set of rings is for: a province or the whole country, and an urgency or each one."""

    province: Area | None
    urgency: str

    @property
    def where(self) -> str:
        return self.province.code if self.province else "all"

    @property
    def code(self) -> str | None:
        return self.province.code if self.province else None

    @property
    def when(self) -> str:
        return self.urgency or "any"


def provinces_of(officer: Officer) -> list[Area]:
    """Return the provinces whose rings the officer may change, in the order of the Thai dictionary."""
    found = Area.objects.provinces().only("code", "level", "name_th", "name_en")
    ours = ring_scope_of(officer)
    found = found if ours is None else found.filter(code__in=ours)
    return list(found.order_by(Collate("name_th", "th-x-icu")))


def may_change(officer: Officer, province: str | None) -> bool:
    ours = ring_scope_of(officer)
    return ours is None or province in ours


def changes_for(officer: Officer) -> RingChangeQuerySet:
    """Return the changes, decided or not, for provinces whose rings the officer may change."""
    return RingChange.objects.filter(_in(ring_scope_of(officer)))


def waiting_for(officer: Officer) -> RingChangeQuerySet:
    return changes_for(officer).undecided().select_related("province", "proposed_by")


def _address(change: RingChange) -> str:
    key = Key(change.province, change.urgency)
    return reverse("rings-of", args=[key.where, key.when])


CHANGES = second_person.register(second_person.WaitingKind("RINGS", _("Rings"), waiting_for, _address, page="rings"))


def sets_for(officer: Officer) -> list[Key]:
    """Return the sets in place of the default that the officer may see; everybody may see the country's."""
    seen = _in(ring_scope_of(officer)) | Q(province=None)
    rows = RingPolicy.objects.filter(seen, ring=1).select_related("province").defer("province__boundary")
    return [Key(row.province, row.urgency) for row in rows.order_by("province", "urgency")]


def waiting_about(key: Key) -> RingChange | None:
    about = RingChange.objects.about(province=key.code, urgency=key.urgency)
    return about.undecided().select_related("province", "proposed_by").first()


def history_of(key: Key) -> list[RingChange]:
    about = RingChange.objects.about(province=key.code, urgency=key.urgency)
    return list(about.select_related("proposed_by", "decision__by")[:HISTORY_SHOWN])


def has_set(key: Key) -> bool:
    return RingPolicy.objects.filter(province=key.code, urgency=key.urgency).exists()


def _in(provinces: Collection[str] | None) -> Q:
    return Q(pk__isnull=False) if provinces is None else Q(province__in=provinces)
