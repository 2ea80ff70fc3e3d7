"""The page of opening hours and capabilities, by which agencies are chosen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies import access, clock, duty
from agencies.access import officer_of, role_required
from agencies.pages.duty_pages import DUTY_MANAGERS
from agencies.pages.hours_form import HoursForm, as_written


@role_required(*DUTY_MANAGERS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    officer = officer_of(request)
    agency = get_object_or_404(access.duty_managed_by(officer), pk=pk)
    with_abilities = access.may_change_abilities(officer)
    form = HoursForm(request.POST or None, initial=as_written(agency), with_abilities=with_abilities)
    if form.is_valid():
        said = form.cleaned_data
        abilities = said.get("capabilities", agency.capabilities)
        said = {"hours": form.hours(), "closed_on": said["closed_on"], "capabilities": abilities}
        duty.open_at(agency=agency, by=officer, now=clock.now(), **said)
        messages.success(request, _("The opening hours of %(name)s were saved.") % {"name": agency.name})
        return redirect("agency", pk)
    return render(request, "agencies/hours.html", {"agency": agency, "form": form})
