"""Triage of a written report: read it, then open a case, join it to one, or dismiss it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from cases.flow import casework, triage
from cases.models import Case, Report
from cases.pages.desk.forms import AttachForm, DismissForm, NoteForm, OpenForm
from cases.pages.desk.opening import found_report, opened_report, page_of
from cases.reads import case_file


@role_required(*DESK)
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the report, or lead to its case when it has one."""
    found = found_report(request, reference)
    if found.case:
        return redirect("desk-case", found.case.reference)
    return _page(request, reference)


@require_POST
@role_required(*DESK)
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write to the reporter, who reads it when they come back."""
    found, form = found_report(request, reference), NoteForm(request.POST)
    if form.is_valid():
        casework.write_to_reporter(
            report=found, text=form.cleaned_data["text"], by=officer_of(request), now=clock.now()
        )
        messages.success(request, _("Your message waits for the person."))
    else:
        messages.error(request, _("Write a few words first."))
    return page_of(found)


@require_POST
@role_required(*DESK)
def open_case(request: HttpRequest, reference: str) -> HttpResponse:
    found, form = found_report(request, reference), OpenForm(request.POST, auto_id="open_%s")
    if not form.is_valid():
        return _page(request, reference, open_form=form)
    urgency = Case.Urgency(form.cleaned_data["urgency"])
    try:
        triage.open_case(report=found, urgency=urgency, by=officer_of(request), now=clock.now())
    except triage.AlreadyTriaged:
        return _already(request, reference)
    messages.success(request, _("The case is open, and it is yours."))
    return redirect("desk-case", reference)


@require_POST
@role_required(*DESK)
def attach(request: HttpRequest, reference: str) -> HttpResponse:
    found = found_report(request, reference)
    form = _attach_form(request, found, request.POST)
    if not form.is_valid():
        return _page(request, reference, attach_form=form)
    case = form.cleaned_data["case"]
    try:
        triage.attach(report=found, case=case, by=officer_of(request), now=clock.now())
    except triage.AlreadyTriaged:
        return _already(request, reference)
    except casework.AlreadyClosed:
        messages.info(request, _("A colleague has closed that case meanwhile. Choose another."))
        return redirect("desk-report", reference)
    messages.success(request, _("The report is now part of this case."))
    return redirect("desk-case", case.reference)


@require_POST
@role_required(*DESK)
def dismiss(request: HttpRequest, reference: str) -> HttpResponse:
    found, form = found_report(request, reference), DismissForm(request.POST, auto_id="dismiss_%s")
    if not form.is_valid():
        return _page(request, reference, dismiss_form=form)
    reason = triage.DismissReason(form.cleaned_data["reason"])
    try:
        triage.dismiss(report=found, reason=reason, by=officer_of(request), now=clock.now())
    except triage.AlreadyTriaged:
        return _already(request, reference)
    messages.success(request, _("%(reference)s is dismissed.") % {"reference": reference})
    return redirect("desk-queue")


def _already(request: HttpRequest, reference: str) -> HttpResponse:
    messages.info(request, _("A colleague has already taken this report."))
    return redirect("desk-report", reference)


def _attach_form(request: HttpRequest, found: Report, data: object = None) -> AttachForm:
    beside = case_file.open_cases_beside(found, officer=officer_of(request))
    return AttachForm(data, cases=beside, auto_id="attach_%s")


def _page(request: HttpRequest, reference: str, **bound: object) -> HttpResponse:
    # Opened again after an error in a form too: each reading leaves its trace.
    found = opened_report(request, reference)
    [file] = case_file.files_of([found])
    context = {
        "report": found,
        "chat": file.chat,
        "now": clock.now(),
        "open_form": OpenForm(auto_id="open_%s"),
        "attach_form": _attach_form(request, found),
        "dismiss_form": DismissForm(auto_id="dismiss_%s"),
        "dismissed": triage.DismissReason(found.dismissed_reason).label if found.dismissed_reason else "",
    }
    return render(request, "desk/report.html", {**context, **bound})
