"""An address that no longer works is marked, and a supervisor is told once."""

from datetime import datetime
from typing import Any

from django.db import transaction

from agencies.models import Agency, ContactPoint, DirectoryEvent, Notification
from agencies.reach import messages

Kind = DirectoryEvent.Kind


@transaction.atomic
def mark_failing(*, contact_point: ContactPoint, now: Any) -> bool:
    """Mark the contact point failing and tell the agency's supervisors. Return False when it was marked already.

    One that is only proposed, or removed, is marked and nobody is told: no alert goes there. `now` may be Now().
    """
    working = ContactPoint.objects.filter(pk=contact_point.pk, failing_since=None)
    if not working.update(failing_since=now):
        return False
    agency = contact_point.agency
    event = DirectoryEvent.record(Kind.FAILING, agency=agency, contact_point=contact_point, by=None, now=now)
    if contact_point.confirmed_at and not contact_point.removed_at:
        key = f"failing/{event.pk}"
        _owe([messages.failing(agency, to=to, key=key, now=now) for to in supervisors_of(agency)])
    return True


@transaction.atomic
def warn_of_newcomer(*, agency: Agency, contact_point: ContactPoint, now: datetime) -> None:
    """Tell the agency's supervisors that somebody joined its LINE group. Once for the same `now`."""
    key = f"joined/{contact_point.pk}/{now:%Y%m%dT%H%M%S%f}"
    if Notification.objects.filter(dedupe_key__startswith=f"{key}>").exists():
        return
    DirectoryEvent.record(Kind.GROUP_JOINED, agency=agency, contact_point=contact_point, by=None, now=now)
    _owe([messages.joined(agency, to=to, key=key, now=now) for to in supervisors_of(agency)])


def supervisors_of(agency: Agency) -> list[ContactPoint]:
    """Return the contact points of the agency's supervisors; else of its desk's; else of the national desk's."""
    usable = ContactPoint.objects.usable().filter(audience=ContactPoint.Audience.SUPERVISOR).defer("address")
    itself = Agency.objects.filter(pk=agency.pk)
    for agencies in (itself, Agency.objects.desk_of(agency.province_id or ""), Agency.objects.last_resort()):
        if found := list(usable.filter(agency__in=agencies)):
            return found
    return []


def _owe(owed: list[Notification]) -> None:
    if owed:
        Notification.objects.owe(owed)
