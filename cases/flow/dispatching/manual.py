"""An officer chooses whom to ask."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Q

from agencies.models import Agency, with_presence
from agencies.nearby import Nearby, nearest
from cases.flow.dispatching import asking
from cases.flow.dispatching.standing import Standing
from cases.flow.dispatching.widening import widen
from cases.models import Case, Dispatch, Report
from cases.privacy.actor import Actor
from cases.privacy.consents import Recipient
from cases.rings.bounds import Bounds, bounds_of, may_tell_now
from cases.rings.choosing import Target, point_of

OFFERED_WITHIN_M = 100_000
OFFERED = 20
ANSWER_WITHIN = timedelta(minutes=15)


class CaseClosed(Exception):
    """A colleague has closed the case meanwhile: nobody is asked any more."""


def candidates(case: Case, *, now: datetime) -> list[Nearby]:
    """Agencies to choose from, nearest first with the distance; those already asked are left out.

    Without a place: those of the province. Agencies beyond what the person allowed are offered too (see
    bounds.Bounds): the page asks for the reason that an override needs. An embassy is offered only to whom it was
    allowed by an explicit yes, wherever it is.
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
    """In a town the nearest twenty may all be police: those whom the person allowed are looked for as well."""
    look = partial(nearest, point, within_m=OFFERED_WITHIN_M, how_many=OFFERED, now=now, at_any_hour=True)
    found = look(except_for=except_for)
    if also_social:
        except_for = [*except_for, *(near.agency.pk for near in found)]
        kinds = Agency.SOCIAL_KINDS
        found += look(kinds=kinds, except_for=except_for)
    return found


@transaction.atomic
def dispatch_to(
    *,
    case: Case,
    agencies: Collection[Agency],
    by: Actor,
    now: datetime,
    purpose: Dispatch.Purpose,
    override: str = "",
) -> list[Dispatch]:
    """Ask these agencies; `override` is the officer's reason to go beyond what the person allowed.

    Raises NotAllowed when one lies beyond it and nobody gave a reason, and CaseClosed.
    """
    case = Case.objects.locked(case.pk)
    if case.closed_at:
        raise CaseClosed
    if override and by.officer and not _all_allowed(case, agencies):
        case = widen(case=case, reason=override, by=by.officer, now=now)
    near = {near.agency.pk: near for near in candidates(case, now=now)}
    unknown = (Nearby(agency, None) for agency in agencies)
    chosen = [near.get(other.agency.pk, other) for other in unknown]
    targets = [Target(one.agency, Dispatch.Why.CHOSEN, one.metres, one.presence) for one in chosen]
    return asking.ask(Standing.of(case), targets, due_in=ANSWER_WITHIN, by=by, now=now, purpose=purpose)


def _all_allowed(case: Case, agencies: Collection[Agency]) -> bool:
    bounds = bounds_of(case)
    return all(bounds.allow(agency) for agency in agencies)
