"""Contact points: proposing them, sending their codes and entering them."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies import clock
from agencies.access import CHANGERS, officer_of, role_required
from agencies.models import Agency, ContactPoint, Proposal
from agencies.pages import agency_file
from agencies.pages.contact_forms import CodeForm, ContactForm, LastOneForm, ReplacementForm
from agencies.pages.finders import changeable_agency, changeable_point
from agencies.pages.refusals import REFUSED, why_not
from agencies.reach import proposals, verification

LINE = ContactPoint.Transport.LINE


@role_required(*CHANGERS)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    agency = changeable_agency(request, pk)
    form = ContactForm(request.POST or None)
    if form.is_valid():
        asked = {**form.cleaned_data, "by": officer_of(request), "now": clock.now()}
        try:
            return _to_code(proposals.propose_new(agency=agency, **asked))
        except REFUSED as refusal:
            form.add_error("address", why_not(refusal))
    return render(request, "agencies/contact_new.html", {"agency": agency, "form": form})


@role_required(*CHANGERS)
def replace(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    old = changeable_point(request, pk, point)
    form = ReplacementForm(request.POST or None, initial={"transport": old.transport, "priority": old.priority})
    if form.is_valid():
        asked = {**form.cleaned_data, "by": officer_of(request), "now": clock.now()}
        try:
            return _to_code(proposals.propose_replacement(contact_point=old, **asked))
        except REFUSED as refusal:
            form.add_error("address", why_not(refusal))
    return _page(request, "agencies/contact_replace.html", old, form)


@role_required(*CHANGERS)
def remove(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    old = changeable_point(request, pk, point)
    given = request.POST if request.method == "POST" else None
    form = LastOneForm(given) if proposals.is_last(old) else forms.Form(given)
    if form.is_valid():
        asked = {**form.cleaned_data, "by": officer_of(request), "now": clock.now()}
        try:
            proposals.propose_removal(contact_point=old, **asked)
        except REFUSED as refusal:
            messages.error(request, why_not(refusal))
        else:
            messages.success(request, _("Proposed. A second person has to confirm it."))
        return redirect("agency", pk)
    return _page(request, "agencies/contact_remove.html", old, form)


@require_POST
@role_required(*CHANGERS)
def send_code(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    contact_point = changeable_point(request, pk, point)
    asked: dict[str, Any] = {"contact_point": contact_point, "by": officer_of(request), "now": clock.now()}
    try:
        if contact_point.transport == LINE:
            return _line_page(request, contact_point, verification.make_line_code(**asked))
        verification.send_code(**asked)
    except REFUSED as refusal:
        messages.error(request, why_not(refusal))
        return redirect("agency", pk)
    messages.success(request, _("A new code is on its way."))
    return redirect("contact-code", pk, point)


@role_required(*CHANGERS)
def enter_code(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    contact_point = changeable_point(request, pk, point)
    if contact_point.transport == LINE:
        return _line_page(request, contact_point, code="")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        asked = {**form.cleaned_data, "by": officer_of(request), "now": clock.now()}
        try:
            return _verified(request, verification.enter_code(contact_point=contact_point, **asked))
        except REFUSED as refusal:
            form.add_error("code", why_not(refusal))
    return _page(request, "agencies/contact_code.html", contact_point, form)


def _to_code(proposal: Proposal) -> HttpResponse:
    return redirect("contact-code", proposal.contact_point.agency_id, proposal.contact_point_id)


def _verified(request: HttpRequest, contact_point: ContactPoint) -> HttpResponse:
    if contact_point.confirmed_at:
        messages.success(request, _("The address works again."))
    else:
        messages.success(request, _("The address is verified. It counts when a second person has confirmed it."))
    if contact_point.agency.pin_hash:
        return redirect("agency", contact_point.agency_id)
    messages.info(request, _("The agency has no PIN yet. Set one now."))
    return redirect("agency-pin", contact_point.agency_id)


def _line_page(request: HttpRequest, contact_point: ContactPoint, code: str) -> HttpResponse:
    agency = contact_point.agency
    context = {"agency": agency, "point": contact_point, "code": code, "line_account": settings.LINE_ACCOUNT}
    return render(request, "agencies/contact_line.html", context)


def _page(request: HttpRequest, template: str, point: ContactPoint, form: forms.Form) -> HttpResponse:
    agency: Agency = point.agency
    context = {"agency": agency, "point": point, "form": form, "masked": agency_file.masked(point)}
    return render(request, template, context)
