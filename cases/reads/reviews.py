"""What waits for a second person because an officer went beyond the person's word: openings and widenings."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies import second_person
from agencies.access import is_desk
from agencies.models import Officer
from cases.models import Case, ContactOverride, Report
from cases.privacy import visibility


def openings_waiting_for(officer: Officer) -> QuerySet[ContactOverride]:
    if not is_desk(officer):
        return ContactOverride.objects.none()
    found = ContactOverride.objects.to_be_reviewed_by(officer).filter(report__in=visibility.reports_for(officer))
    return found.select_related("report__case", "by").only(
        "at", "by__display_name", "report__reference", "report__case__reference"
    )


def widenings_waiting_for(officer: Officer) -> QuerySet[Case]:
    if not is_desk(officer):
        return Case.objects.none()
    found = visibility.cases_for(officer).widening_to_be_reviewed_by(officer)
    return found.select_related("widened_by").defer("widened_reason").order_by("widened_at", "pk")


def _page_of_report(override: ContactOverride) -> str:
    report: Report = override.report
    if report.case:
        return _page_of_case(report.case)
    return reverse("desk-report", args=[report.reference])


def _page_of_case(case: Case) -> str:
    return reverse("desk-case", args=[case.reference])


OPENINGS = second_person.register(
    second_person.WaitingKind(
        "CONTACT_OPENED",
        _("contact details opened although the reporter said no"),
        openings_waiting_for,
        _page_of_report,
    )
)
WIDENINGS = second_person.register(
    second_person.WaitingKind(
        "WIDENED", _("told beyond what the person allowed"), widenings_waiting_for, _page_of_case
    )
)
