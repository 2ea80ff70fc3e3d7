"""Changes of contact points that wait for a second person: shown, confirmed, refused or withdrawn."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies import access, clock
from agencies.access import CHANGERS, officer_of, role_required
from agencies.models import Proposal, Role
from agencies.pages import agency_file
from agencies.pages.contact_forms import LastOneForm, ReasonForm
from agencies.pages.finders import found_proposal
from agencies.pages.refusals import REFUSED, why_not
from agencies.reach import proposals


@role_required(Role.ADMIN)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    context = {"changes": agency_file.changes_waiting(officer_of(request))}
    return render(request, "agencies/waiting.html", context)


@role_required(*CHANGERS)
def decide(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    found = found_proposal(request, pk, proposal)
    form = _confirm_form(found, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, found, confirm_form=form)
    said = {**form.cleaned_data, "by": officer_of(request), "now": clock.now()}
    try:
        proposals.confirm(proposal=found, **said)
    except REFUSED as refusal:
        messages.error(request, why_not(refusal))
        return redirect("proposal", pk, proposal)
    messages.success(request, _("Confirmed. It counts from now on."))
    return redirect("agency", pk)


@require_POST
@role_required(*CHANGERS)
def refuse(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    found = found_proposal(request, pk, proposal)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, reason_form=form)
    return _drop(request, found, proposals.refuse, _("Refused. All stays as it is."), **form.cleaned_data)


@require_POST
@role_required(*CHANGERS)
def withdraw(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    found = found_proposal(request, pk, proposal)
    return _drop(request, found, proposals.withdraw, _("Withdrawn. All stays as it is."))


def _drop(
    request: HttpRequest, proposal: Proposal, verb: Callable[..., Proposal], words: str, **said: Any
) -> HttpResponse:
    try:
        verb(proposal=proposal, by=officer_of(request), now=clock.now(), **said)
        messages.success(request, words)
    except REFUSED as refusal:
        messages.error(request, why_not(refusal))
    return redirect("agency", proposal.contact_point.agency_id)


def _confirm_form(proposal: Proposal, given: QueryDict | None = None) -> forms.Form:
    is_last = proposal.kind == Proposal.Kind.REMOVE and proposals.is_last(proposal.contact_point)
    return LastOneForm(given) if is_last else forms.Form(given)


def _page(request: HttpRequest, proposal: Proposal, **bound: forms.Form) -> HttpResponse:
    officer, agency = officer_of(request), proposal.contact_point.agency
    context = {
        "agency": agency,
        "proposal": proposal,
        "may_confirm": access.may_confirm(officer, agency, proposed_by=proposal.proposed_by_id),
        "is_mine": proposal.proposed_by_id == officer.pk,
        "reason_form": ReasonForm(),
        **bound,
    }
    context.setdefault("confirm_form", _confirm_form(proposal))
    return render(request, "agencies/proposal.html", context)
