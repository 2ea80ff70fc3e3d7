"""What every officer's page shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from agencies import access, clock, second_person
from agencies.pages import alarm, on_duty


def staff(request: HttpRequest) -> dict[str, Any]:
    # Nothing for public pages, which never read the session.
    match = request.resolver_match
    if match is None or getattr(match.func, "is_public_page", False):
        return {}
    officer = request.user
    if not officer.is_authenticated:
        return {}
    return {
        "officer": officer,
        "is_desk": access.is_desk(officer),
        "is_supervisor": access.is_supervisor(officer),
        "changes_count": SimpleLazyObject(lambda: second_person.count_on("changes-waiting", officer)),
        # Lazy: a fragment has no frame around it and asks nothing.
        "alarm": SimpleLazyObject(lambda: alarm.reasons(now=clock.now())),
        "alarm_of_phones": SimpleLazyObject(lambda: alarm.reasons_of_phones(now=clock.now())),
        "on_duty": SimpleLazyObject(lambda: on_duty.at(officer.agency_id, now=clock.now())),
    }
