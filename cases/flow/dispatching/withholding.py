"""Of many alerts from one network the desk hears first; other agencies after its look, or after three minutes."""

from datetime import datetime, timedelta

from django.db import transaction

from agencies.models import Officer
from cases.flow.dispatching import asking, events
from cases.flow.dispatching.standing import Standing
from cases.models import Bundle, Case, Report
from cases.privacy import visibility
from cases.privacy.actor import SYSTEM, Actor
from cases.privacy.history import EventDraft
from cases.rings import choosing
from cases.rings.addressees import who_reads
from cases.rings.plan import CUSTODIAN, Ring, Tells, ring_of

LOOK_WITHIN = timedelta(minutes=3)


def desk_only(case: Case) -> Ring:
    """Return ring 1 narrowed to the desk or, of a sealed case, to the custodians."""
    return {**ring_of(case, 1)[0], "tells": [CUSTODIAN if case.is_sealed else Tells.DESK]}


def withhold(*, standing: Standing, bundle: Bundle, by: Actor, now: datetime) -> bool:
    """Tell the desk alone, with the bundle's message. The first ring is due in three minutes.

    Returns False without any desk, since nobody could look. The caller has created the case in the same
    transaction.
    """
    case = standing.case
    targets = choosing.targets(standing.situation(now=now), desk_only(case))
    asked = asking.ask(standing, targets, due_in=LOOK_WITHIN, by=by, now=now, bundle=bundle)
    if not asked:
        return False
    case.next_ring_at = now + LOOK_WITHIN
    case.save(update_fields=["next_ring_at"])
    facts = {"bundle": bundle.pk, "of_many": bundle.of_many}
    standing.history.add(EventDraft(events.HELD_BACK, facts=facts), by=SYSTEM, now=now)
    return True


def tell_of_bundle(report: Report, *, now: datetime) -> None:
    """Owe the readers of this written report the message of its bundle."""
    assert report.bundle  # noqa: S101 - for the type checker
    for contact in who_reads(report):
        asking.tell_of_many(report.bundle, to=contact, now=now)


def release(case: Case, *, now: datetime) -> None:
    """Send the first ring of a case that was withheld. The caller holds its lock.

    When it asks nobody new, for example because the person allowed social workers only, the second ring comes when
    it would have come anyway.
    """
    ring, _ = ring_of(case, 1)
    wait = timedelta(minutes=ring["minutes"])
    case.ring = 1
    standing = Standing.of(case)
    standing.history.add(EventDraft(events.RELEASED), by=_who_looked(case), now=now)
    targets = choosing.targets(standing.situation(now=now), ring)
    asked = asking.ask(standing, targets, due_in=wait, by=SYSTEM, now=now)
    if Tells.SUPERVISOR in ring["tells"]:
        asking.tell_supervisors(case, now=now)
    case.next_ring_at = now + wait if asked else max(now, case.opened_at + wait)
    case.save(update_fields=["ring", "next_ring_at"])


def _who_looked(case: Case) -> Actor:
    looked = Bundle.objects.filter(reports__case=case, looked_at__isnull=False).select_related("looked_by").first()
    return Actor.of(looked.looked_by) if looked and looked.looked_by else SYSTEM


@transaction.atomic
def look(*, bundle: Bundle, by: Officer, now: datetime) -> int:
    """Record that an officer has looked, and make the withheld cases due now. Return how many.

    The sweep of every few seconds then asks for one after the other, so that the officer's page does not wait for
    ten thousand.
    """
    Bundle.objects.filter(pk=bundle.pk, looked_at=None).update(looked_at=now, looked_by=by)
    waiting = Case.objects.withheld().filter(pk__in=visibility.cases_for(by).filter(reports__bundle=bundle))
    return waiting.filter(next_ring_at__gt=now).update(next_ring_at=now)
