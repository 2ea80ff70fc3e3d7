"""Would an alert reach somebody in time with these rings, and could the case ever be held?"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, Capability
from agencies.nearby import NEVER_AUTOMATIC
from cases.models import RingPolicy
from cases.rings.plan import Ring, Tells

MOST_RINGS = 5
# Minutes until the last ring at most, because only that ring is sure to reach somebody.
MOST_MINUTES_BEFORE_THE_LAST = 60
SEARCHING = (Tells.NEAREST, Tells.NEIGHBOUR_DESKS)


def problems_of(rings: list[Ring], requires: list[str]) -> Iterator[str]:
    """Say why an alert could reach nobody in time, or never be held, with these rings; nothing if they are sound."""
    if len(rings) == 1:
        yield _("At least 2 rings: a case whose first ring is the last one is red from the start.")
    if len(rings) > MOST_RINGS:
        yield _("At most %(n)d rings.") % {"n": MOST_RINGS}
    if Tells.DESK not in rings[0]["tells"]:
        yield _("Ring 1 does not tell the province's desk. It has to: the desk answers for the case.")
    if Tells.NATIONAL_DESK not in rings[-1]["tells"]:
        yield _("The last ring does not tell the national desk. It has to: without it, that ring could be empty.")
    elif not Agency.objects.last_resort().exists():
        yield _("The directory has no national desk, so the last ring would be empty. Enter one first.")
    for number, ring in enumerate(rings, start=1):
        which = _("Ring %(n)d") % {"n": number}
        yield from (f"{which}: {problem}" for problem in _problems_in(ring))
    before = sum(ring["minutes"] for ring in rings[:-1])
    if before > MOST_MINUTES_BEFORE_THE_LAST:
        yield _("%(n)d minutes until the last ring are too many: at most %(most)d.") % {
            "n": before,
            "most": MOST_MINUTES_BEFORE_THE_LAST,
        }
    yield from _never_asked(rings, requires)


def _problems_in(ring: Ring) -> Iterator[str]:
    tells = set(ring["tells"])
    if not tells - {Tells.SUPERVISOR}:
        yield _("it asks nobody. Choose whom it asks, or take the ring out.")
    if not 1 <= ring["minutes"] <= RingPolicy.MOST_MINUTES:
        yield ngettext(
            "the time until the next ring is from 1 to %(n)d minute.",
            "the time until the next ring is from 1 to %(n)d minutes.",
            RingPolicy.MOST_MINUTES,
        ) % {"n": RingPolicy.MOST_MINUTES}
    if tells & set(SEARCHING):
        yield from _problems_of_search(ring)
    if never := [str(Agency.Kind(kind).label) for kind in ring.get("kinds", []) if kind in NEVER_AUTOMATIC]:
        yield _("%(kinds)s: never told by itself.") % {"kinds": ", ".join(never)}


def _problems_of_search(ring: Ring) -> Iterator[str]:
    if not 1_000 <= ring["radius_m"] <= RingPolicy.MOST_METRES:
        yield _("it looks from 1 to %(km)d km around.") % {"km": RingPolicy.MOST_METRES // 1000}
    if not 1 <= ring["how_many"] <= RingPolicy.MOST_AGENCIES:
        yield _("it asks from 1 to %(n)d agencies.") % {"n": RingPolicy.MOST_AGENCIES}


def _never_asked(rings: Iterable[Ring], requires: list[str]) -> Iterator[str]:
    """Name what must acknowledge although no ring asks for it: no case with these rings would ever be held."""
    asked = {ring["capability"] for ring in rings if Tells.NEAREST in ring["tells"]} | {Capability.SOCIAL_WORK}
    for capability in requires or [Capability.RESPOND]:
        if capability not in asked:
            yield _("No ring asks for “%(what)s”, so no case would ever be held.") % {
                "what": Capability(capability).label
            }
