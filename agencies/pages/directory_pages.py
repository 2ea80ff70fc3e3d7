"""The pages of the directory and of one agency."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies import access, clock
from agencies.access import officer_of, role_required
from agencies.models import Role
from agencies.pages import agency_file, hours_form, listing
from agencies.pages.directory_form import DirectoryForm
from agencies.pages.finders import found_agency


@role_required(Role.ADMIN, Role.SUPERVISOR)
def directory(request: HttpRequest) -> HttpResponse:
    form = DirectoryForm(request.GET, provinces=listing.provinces())
    found = listing.find(**form.asked())
    return render(request, "agencies/directory.html", {"form": form, "found": found})


@role_required(*Role)
@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    agency, now = found_agency(request, pk), clock.now()
    context = {
        "agency": agency,
        "abilities": agency_file.abilities(agency),
        "contacts": agency_file.contact_lines(agency, now=now),
        "history": agency_file.history_lines(agency),
        "week": hours_form.told(agency),
        "closed_days": [day for day in agency.closed_on if day >= timezone.localtime(now).date()],
        "may_change_hours": access.duty_managed_by(officer_of(request)).filter(pk=agency.pk).exists(),
        "may_change": access.may_propose(officer_of(request), agency),
    }
    return render(request, "agencies/agency.html", context)


@role_required(*access.OWN_AGENCY)
@require_safe
def our_agency(request: HttpRequest) -> HttpResponse:
    return redirect("agency", officer_of(request).agency_id)


@role_required(*Role)
def alarm(request: HttpRequest) -> HttpResponse:
    return render(request, "components/_alarm.html")
