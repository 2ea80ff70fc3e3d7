"""The plan of a case: which rings, whom each tells, and whose acknowledgement holds it. Frozen at opening."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

from django.db.models import Q

from agencies.models import Capability
from cases.models import Case, Report, RingPolicy

Tells = RingPolicy.Tells
CUSTODIAN = "CUSTODIAN"  # in sealed plans only: policies cannot name it, so none can leave it out
CANARY = "CANARY"  # in a canary's plan only, and alone there


class Ring(TypedDict):
    tells: list[str]
    radius_m: int
    how_many: int
    capability: str
    kinds: NotRequired[list[str]]  # none: all kinds; older frozen plans lack the key
    minutes: int


class Plan(TypedDict):
    requires: list[str]  # capabilities that must acknowledge before the case is held
    rings: list[Ring]
    # Nobody knew where the case was: the rings of its province take over once that is known.
    is_placeless: NotRequired[bool]


def _ring(*tells: str, radius_m: int = 0, how_many: int = 0, minutes: int) -> Ring:
    return Ring(
        tells=list(tells),
        radius_m=radius_m,
        how_many=how_many,
        capability=Capability.RESPOND,
        kinds=[],
        minutes=minutes,
    )


# Promise 4. It is code, so that an empty policy table still reaches somebody.
DEFAULT_RINGS = [
    _ring(Tells.DESK, Tells.NEAREST, radius_m=15_000, how_many=3, minutes=5),
    _ring(Tells.NEAREST, Tells.SUPERVISOR, radius_m=50_000, how_many=5, minutes=5),
    _ring(Tells.NEIGHBOUR_DESKS, Tells.NATIONAL_DESK, radius_m=300_000, how_many=2, minutes=10),
]
# An official is said to be involved, so the province is never told, and no policy can change that.
SEALED_RINGS = [
    _ring(CUSTODIAN, minutes=5),
    _ring(CUSTODIAN, Tells.SUPERVISOR, minutes=5),
    _ring(CUSTODIAN, minutes=10),
]
# What social workers can acknowledge. If the person allowed nobody else, no other capability is required.
BY_SOCIAL_WORKERS = (Capability.SOCIAL_WORK, Capability.SHELTER)


@dataclass(frozen=True)
class Policy:
    """The set of rings that counts somewhere, and where it comes from."""

    rings: list[Ring]
    requires: list[str] = field(default_factory=list)  # none: by what the person allowed
    province: str | None = None  # for which province and urgency it was set
    urgency: str = ""
    is_default: bool = False


DEFAULT = Policy(rings=DEFAULT_RINGS, is_default=True)
SEALED = Policy(rings=SEALED_RINGS, requires=[Capability.SOCIAL_WORK])


def plan_for_canary() -> Plan:
    """Return a plan that asks the test address alone. The case is closed long before its ring runs out."""
    return Plan(requires=[Capability.RESPOND], rings=[_ring(CANARY, minutes=120)])


def plan_for(*, province: str | None, urgency: str, may_tell: str, is_sealed: bool) -> Plan:
    policy = SEALED if is_sealed else policy_for(province=province, urgency=urgency)
    plan = Plan(requires=required(policy, may_tell=may_tell), rings=policy.rings)
    if province is None and not is_sealed:
        plan["is_placeless"] = True
    return plan


def plan_once_placed(case: Case) -> Plan | None:
    """Return the plan of the province that has become known, or None once the first ring is over."""
    if case.province_id is None or case.ring > 1 or not case.plan.get("is_placeless"):
        return None
    return plan_for(province=case.province_id, urgency=case.urgency, may_tell=case.may_tell, is_sealed=case.is_sealed)


def required(policy: Policy, *, may_tell: str) -> list[str]:
    """Return the capabilities that must acknowledge to hold the case, within what the person allowed."""
    if may_tell == Report.MayTell.NEAREST_HELP or policy is SEALED:
        # The desk is not a responder.
        return [str(capability) for capability in policy.requires] or [str(Capability.RESPOND)]
    # Nobody else may be told, so nobody else can acknowledge.
    able = [str(capability) for capability in policy.requires if capability in BY_SOCIAL_WORKERS]
    return able or [str(Capability.SOCIAL_WORK)]


def policy_for(*, province: str | None, urgency: str) -> Policy:
    """Return the set of rings for a case that is opened now."""
    return _chosen(RingPolicy.objects.filter(Q(province=province) | Q(province=None)), urgency)


def _chosen(rows: Iterable[RingPolicy], urgency: str) -> Policy:
    """Return the most particular set: for province and urgency, for the province, for the urgency, for everywhere."""
    sets: dict[tuple[bool, bool], list[RingPolicy]] = {}
    for row in rows:
        if row.urgency in ("", urgency):
            sets.setdefault((row.province_id is not None, row.urgency != ""), []).append(row)
    return _policy(sets[max(sets)]) if sets else DEFAULT


def _policy(rows: list[RingPolicy]) -> Policy:
    rows = sorted(rows, key=lambda row: row.ring)
    rings = [_from_row(row) for row in rows]
    if Tells.NATIONAL_DESK not in rings[-1]["tells"]:
        rings[-1]["tells"].append(Tells.NATIONAL_DESK)  # whoever wrote the row: the last ring is never empty
    return Policy(rings, list(rows[0].requires), rows[0].province_id, rows[0].urgency)


def _from_row(row: RingPolicy) -> Ring:
    return Ring(
        tells=list(row.tells),
        radius_m=row.radius_m,
        how_many=row.how_many,
        capability=row.capability,
        kinds=list(row.kinds),
        minutes=row.minutes,
    )


def first_rings(provinces: Collection[str], *, urgency: str) -> dict[str, Ring]:
    """Return the ring with which an alert in each of these provinces starts. One query for all of them."""
    rows = list(RingPolicy.objects.all())
    return {
        province: _chosen([row for row in rows if row.province_id in (None, province)], urgency).rings[0]
        for province in provinces
    }


def ring_of(case: Case, number: int) -> tuple[Ring, bool]:
    """Ring `number` of the case's plan, counted from 1, and whether it is the last. Beyond the last: the last."""
    rings: list[Any] = case.plan["rings"]
    number = max(1, min(number, len(rings)))
    return rings[number - 1], number == len(rings)
