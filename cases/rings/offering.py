"""The agencies that an officer may choose to ask about a case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib.gis.geos import Point
from django.db.models import Q

from agencies.models import Agency, with_presence
from agencies.nearby import Nearby, nearest
from cases.models import Case, Report
from cases.privacy.consents import Answers, Recipient
from cases.rings.bounds import Bounds, bounds_of, may_tell_now
from cases.rings.choosing import point_of

OFFERED_WITHIN_M = 100_000
OFFERED = 20


@dataclass(frozen=True)
class Offer:
    """Agencies that an officer may ask about a case, in the order in which a page shows them."""

    within: list[Nearby]  # what the person allowed
    beyond: list[Nearby]  # only with an override
    answers: Answers  # of the person: who may know
    for_children: Collection[str] = ()  # kinds that stand first, because a child is there

    @property
    def agencies(self) -> list[Agency]:
        return [near.agency for near in (*self.within, *self.beyond)]


def offer_of(case: Case, *, now: datetime) -> Offer:
    bounds, offered = bounds_of(case), candidates(case, now=now)
    # A secret place stands last: its rank among the distances would give it away.
    offered.sort(key=lambda near: near.kilometres is None)
    for_children = Agency.CHILD_KINDS if case.reports.about_a_child().exists() else ()
    if for_children:
        offered.sort(key=lambda near: near.agency.kind not in for_children)
    return Offer(
        within=[near for near in offered if bounds.allow(near.agency)],
        beyond=[near for near in offered if not bounds.allow(near.agency)],
        answers=bounds.answers,
        for_children=for_children,
    )


def candidates(case: Case, *, now: datetime) -> list[Nearby]:
    """Return agencies to choose from, nearest first; those already asked are left out.

    Without a known place they are those of the province. Agencies beyond what the person allowed are included (see
    bounds.Bounds), because the page asks for the reason that an override needs. An embassy is included only after
    an explicit yes, wherever it is.
    """
    asked = list(case.dispatches.live().values_list("agency", flat=True))
    bounds = bounds_of(case)
    if point := point_of(case):
        also_social = may_tell_now(case) != Report.MayTell.NEAREST_HELP
        near = _around(point, except_for=asked, also_social=also_social, now=now)
    else:
        near = _plain(Q(province__in=case.provinces) & ~Q(kind=Agency.Kind.EMBASSY), except_for=asked, now=now)
    return near + _embassies(bounds, except_for=asked, now=now)


def _plain(which: Q, *, except_for: list[int], now: datetime) -> list[Nearby]:
    found = Agency.objects.active().filter(which).exclude(pk__in=except_for).order_by("name_th")
    return [Nearby(agency, None, agency.presence) for agency in with_presence(found, now=now)[:OFFERED]]


def _embassies(bounds: Bounds, *, except_for: list[int], now: datetime) -> list[Nearby]:
    if Recipient.EMBASSY not in bounds.answers.given:
        return []
    return _plain(Q(kind=Agency.Kind.EMBASSY), except_for=except_for, now=now)


def _around(point: Point, *, except_for: list[int], also_social: bool, now: datetime) -> list[Nearby]:
    """Return the nearest agencies and, with `also_social`, the nearest social ones.

    In a town the nearest twenty may all be police, whom the person did not allow.
    """
    look = partial(nearest, point, within_m=OFFERED_WITHIN_M, how_many=OFFERED, now=now, at_any_hour=True)
    found = look(except_for=except_for)
    if also_social:
        except_for = [*except_for, *(near.agency.pk for near in found)]
        kinds = Agency.SOCIAL_KINDS
        found += look(kinds=kinds, except_for=except_for)
    return found
