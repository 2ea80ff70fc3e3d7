"""To which contact points a message about a case or a report goes."""

from agencies.models import Agency, ContactPoint
from cases.models import Report

Audience = ContactPoint.Audience


def first_contacts(agencies: list[int], audience: Audience = Audience.DUTY) -> dict[int, ContactPoint]:
    """The first usable contact point of each agency."""
    contacts: dict[int, ContactPoint] = {}
    usable = ContactPoint.objects.usable().filter(agency__in=agencies, audience=audience)
    for contact in usable.defer("address"):  # decrypted when the message leaves
        contacts.setdefault(contact.agency_id, contact)
    return contacts


def who_reads(report: Report) -> list[ContactPoint]:
    """Where a report is told that waits for a person to read it."""
    if report.is_sealed:
        agencies = Agency.objects.custodians()
    else:
        agencies = Agency.objects.desk_of(*report.provinces)
        if not agencies.exists():
            agencies = Agency.objects.last_resort()
    return list(first_contacts(list(agencies.values_list("pk", flat=True))).values())
