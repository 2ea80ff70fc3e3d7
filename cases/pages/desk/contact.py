"""Reach the reporter: write down what they told us of it and each try, and open contact details in danger."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from agencies.templatetags.when import moment
from cases.flow import contacting, wishes
from cases.models import ContactOverride, ContactRule, Report
from cases.pages.desk.forms import ContactedForm, OpenContactForm
from cases.pages.desk.opening import found_report, opened_report, page_of
from cases.pages.desk.told import ToldForm
from cases.privacy import consents
from cases.privacy.safe_contact import Reach


@require_POST
@role_required(*DESK)
def contacted(request: HttpRequest, reference: str) -> HttpResponse:
    report, form = found_report(request, reference), ContactedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say by which way and who answered, and tick that you have looked at the list."))
        return page_of(report)
    said = form.cleaned_data
    try:
        contacting.contacted(
            report=report,
            way=ContactRule.Way(said["way"]),
            reached=ContactRule.Reached(said["reached"]),
            is_code_word_said=said["code_word"],
            by=officer_of(request),
            now=clock.now(),
        )
        messages.success(request, _("Written down."))
    except contacting.NotSafe as refusal:
        messages.error(request, _why(refusal))
    except contacting.NoCase:
        messages.info(request, _("Open a case first."))
    return page_of(report)


def _why(refusal: contacting.NotSafe) -> str:
    verdict = refusal.verdict
    later = _("Safe again: %(when)s") % {"when": moment(verdict.next_at)} if verdict.next_at else ""
    return f"{verdict.reason} {later}".strip()


@require_POST
@role_required(*DESK)
def open_contact(request: HttpRequest, reference: str) -> HttpResponse:
    report, form = found_report(request, reference), OpenContactForm(request.POST)
    if form.is_valid():
        contacting.open_contact(
            report=report, reason=form.cleaned_data["reason"], by=officer_of(request), now=clock.now()
        )
        messages.success(request, _("The contact details are open for 24 hours. A second person reviews it."))
    else:
        messages.error(request, _("Write why a life or a child is in danger."))
    return page_of(report)


@require_POST
@role_required(*DESK)
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """Record that a second person has read why the contact details were opened."""
    report, officer = found_report(request, reference), officer_of(request)
    waiting = ContactOverride.objects.to_be_reviewed_by(officer).filter(report=report)
    for override in waiting.defer("reason"):
        contacting.review_opening(override=override, by=officer, now=clock.now())
        messages.success(request, _("Your review is in the history."))
    return page_of(report)


@role_required(*DESK)
def told(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down what the reporter told an officer."""
    # This page is a reading too, because it shows what counts now.
    report, form = opened_report(request, reference), ToldForm(request.POST or None)
    if form.is_valid() and _write_down(request, report, form):
        messages.success(request, _("Written down. It counts from now on."))
        return page_of(report)
    reach, said = Reach.of(report, now=clock.now()), consents.combined(report.consents.active())
    context = {"report": report, "form": form, "reach": reach, "consents": said}
    return render(request, "desk/told.html", context)


def _write_down(request: HttpRequest, report: Report, form: ToldForm) -> bool:
    """Return False when somebody else may not say it for the reporter; the form then says what to do."""
    language, by = get_language(), officer_of(request)
    try:
        wishes.write_down(report=report, told=form.told(), language=language, by=by, now=clock.now())
    except wishes.NotForAnotherToSay:
        form.add_error("heard", _("From somebody else we take only “do not contact” and “no”. Ask the person."))
        return False
    return True
