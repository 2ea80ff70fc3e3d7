"""Opening hours and capabilities of an agency: both take part in the choice of whom to ask."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies import access
from agencies.access import role_required
from agencies.pages.duty import KEEPERS, officer_of
from agencies.pages.hours_form import HoursForm, as_written


@role_required(*KEEPERS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    officer = officer_of(request)
    agency = get_object_or_404(access.keeps(officer), pk=pk)
    with_abilities = access.may_change_abilities(officer)
    form = HoursForm(request.POST or None, initial=as_written(agency), with_abilities=with_abilities)
    if form.is_valid():
        said = form.cleaned_data
        abilities = said.get("capabilities", agency.capabilities)
        agency.set_availability(hours=form.hours(), closed_on=said["closed_on"], capabilities=abilities)
        messages.success(request, _("The opening hours of %(name)s were saved.") % {"name": agency.name})
        return redirect("hours", pk)
    return render(request, "agencies/hours.html", {"agency": agency, "form": form})
