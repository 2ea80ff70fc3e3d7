"""The plan of a case: which rings, whom each tells, and whose acknowledgement holds it. Frozen at opening."""

from collections.abc import Collection, Iterable
from typing import Any, TypedDict

from django.db.models import Q

from agencies.models import Area, Capability
from cases.models import Case, Report, RingPolicy
from cases.reads.preflight import Check, checks

Tells = RingPolicy.Tells
CUSTODIAN = "CUSTODIAN"  # in sealed plans only: policies cannot name it, so none can leave it out
CANARY = "CANARY"  # in a canary's plan only, and nothing else is


class Ring(TypedDict):
    tells: list[str]
    radius_m: int
    how_many: int
    capability: str
    minutes: int


class Plan(TypedDict):
    requires: list[str]  # capabilities that must acknowledge before the case is held
    rings: list[Ring]


def _ring(*tells: str, radius_m: int = 0, how_many: int = 0, minutes: int) -> Ring:
    return Ring(
        tells=list(tells),
        radius_m=radius_m,
        how_many=how_many,
        capability=Capability.RESPOND,
        minutes=minutes,
    )


# Promise 4. It is code, so that an empty policy table still reaches somebody.
DEFAULT_RINGS = [
    _ring(Tells.DESK, Tells.NEAREST, radius_m=15_000, how_many=3, minutes=5),
    _ring(Tells.NEAREST, Tells.SUPERVISOR, radius_m=50_000, how_many=5, minutes=5),
    _ring(Tells.NEIGHBOUR_DESKS, Tells.NATIONAL_DESK, radius_m=300_000, how_many=2, minutes=10),
]
# An official is said to be involved: the province never hears of it.
SEALED_RINGS = [
    _ring(CUSTODIAN, minutes=5),
    _ring(CUSTODIAN, Tells.SUPERVISOR, minutes=5),
    _ring(CUSTODIAN, minutes=10),
]


def plan_for_canary() -> Plan:
    """Nobody but the test address, ever; the case is closed long before its ring runs out."""
    return Plan(requires=[Capability.RESPOND], rings=[_ring(CANARY, minutes=120)])


def plan_for(*, province: str | None, urgency: str, may_tell: str, is_sealed: bool) -> Plan:
    if is_sealed:
        return Plan(requires=[Capability.SOCIAL_WORK], rings=SEALED_RINGS)
    # The desk is not a responder; but who allowed social workers only is helped by them.
    responds = may_tell == Report.MayTell.NEAREST_HELP
    requires = [Capability.RESPOND if responds else Capability.SOCIAL_WORK]
    return Plan(requires=list(requires), rings=_rings(province=province, urgency=urgency))


def _rings(*, province: str | None, urgency: str) -> list[Ring]:
    return _chosen(RingPolicy.objects.filter(Q(province=province) | Q(province=None)), urgency) or DEFAULT_RINGS


def _chosen(rows: Iterable[RingPolicy], urgency: str) -> list[Ring]:
    """Of each ring the most particular row."""
    fitting = [row for row in rows if row.urgency in ("", urgency)]
    chosen: dict[int, RingPolicy] = {}
    for row in sorted(fitting, key=lambda row: row.ring):
        if row.ring not in chosen or _particular(row) > _particular(chosen[row.ring]):
            chosen[row.ring] = row
    return [_from_row(row) for row in chosen.values()]


def _first_rings(provinces: Collection[str], *, urgency: str) -> dict[str, Ring]:
    """The ring that an alert in each of these provinces starts with; one question for all of them."""
    rows = list(RingPolicy.objects.all())
    return {
        province: (_chosen([row for row in rows if row.province_id in (None, province)], urgency) or DEFAULT_RINGS)[0]
        for province in provinces
    }


def _particular(row: RingPolicy) -> tuple[bool, bool]:
    return row.province_id is not None, row.urgency != ""


def _from_row(row: RingPolicy) -> Ring:
    return Ring(
        tells=list(row.tells),
        radius_m=row.radius_m,
        how_many=row.how_many,
        capability=row.capability,
        minutes=row.minutes,
    )


def ring_of(case: Case, number: int) -> tuple[Ring, bool]:
    """Ring `number` of the case's plan, counted from 1, and whether it is the last. Beyond the last: the last."""
    rings: list[Any] = case.plan["rings"]
    number = max(1, min(number, len(rings)))
    return rings[number - 1], number == len(rings)


def preflight() -> list[Check]:
    """Would an alert reach somebody? With the rings as they would go out now, for danger."""
    provinces = Area.objects.provinces().values_list("code", flat=True)
    return checks(_first_rings(list(provinces), urgency=Case.Urgency.EMERGENCY))
