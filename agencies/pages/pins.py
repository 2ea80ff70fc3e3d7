"""The page on which an agency's PIN is set or changed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies import clock
from agencies.access import CHANGERS, officer_of, role_required
from agencies.pages.contact_forms import NewPinForm
from agencies.pages.finders import changeable_agency
from agencies.reach import pin


@role_required(*CHANGERS)
def set_pin(request: HttpRequest, pk: int) -> HttpResponse:
    agency = changeable_agency(request, pk)
    form = NewPinForm(request.POST or None)
    if form.is_valid():
        try:
            pin.set_pin(agency=agency, pin=form.cleaned_data["pin"], by=officer_of(request), now=clock.now())
        except pin.PinTooSimple as refusal:
            form.add_error("pin", str(refusal.why.label))
        else:
            messages.success(request, _("The PIN is set. The contact points are told that it was, not what it is."))
            return redirect("agency", pk)
    return render(request, "agencies/pin.html", {"agency": agency, "form": form})
