"""The contact points that get a message about a case or a report."""

from agencies.models import Agency, ContactPoint
from cases.models import Report

Audience = ContactPoint.Audience


def first_contacts(agencies: list[int], audience: Audience = Audience.DUTY) -> dict[int, ContactPoint]:
    """Return the first usable contact point of each agency that has one, by the agency's pk."""
    contacts: dict[int, ContactPoint] = {}
    usable = ContactPoint.objects.usable().filter(agency__in=agencies, audience=audience)
    for contact in usable.defer("address"):  # decrypted when the message leaves
        contacts.setdefault(contact.agency_id, contact)
    return contacts


def who_reads(report: Report) -> list[ContactPoint]:
    """Return the contact points of the desk that reads this report, or of the custodians if it is sealed.

    Where a province has no desk, the national desk reads it.
    """
    if report.is_sealed:
        agencies = Agency.objects.custodians()
    else:
        agencies = Agency.objects.desk_of(*report.provinces)
        if not agencies.exists():
            agencies = Agency.objects.last_resort()
    return list(first_contacts(list(agencies.values_list("pk", flat=True))).values())
