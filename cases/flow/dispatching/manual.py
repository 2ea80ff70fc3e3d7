"""An officer chooses whom to ask."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from agencies.models import Agency
from agencies.nearby import Nearby
from cases.flow.dispatching import asking
from cases.flow.dispatching.standing import Standing
from cases.flow.dispatching.widening import widen
from cases.models import Case, Dispatch
from cases.privacy.actor import Actor
from cases.rings.bounds import bounds_of
from cases.rings.choosing import Target
from cases.rings.offering import candidates

ANSWER_WITHIN = timedelta(minutes=15)


class CaseClosed(Exception):
    """A colleague has closed the case meanwhile, so nobody is asked."""


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

    Raises NotAllowed when one is beyond that and no reason was given, and CaseClosed.
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
