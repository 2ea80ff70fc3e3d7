"""Reaching the reporter: written down, or opened against their word because a life is in danger."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.access import DESK, role_required
from agencies.templatetags.when import moment
from cases.flow import contacting
from cases.models import ContactRule
from cases.pages.desk.forms import ContactedForm, OpenContactForm
from cases.pages.desk.opening import found_report, officer_of, page_of


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
            now=timezone.now(),
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
            report=report, reason=form.cleaned_data["reason"], by=officer_of(request), now=timezone.now()
        )
        messages.success(request, _("The contact details are open for 24 hours. A second person reviews it."))
    else:
        messages.error(request, _("Write why a life or a child is in danger."))
    return page_of(report)


@require_POST
@role_required(*DESK)
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """A second person has read why the details were opened."""
    report, officer = found_report(request, reference), officer_of(request)
    open_ones = report.contact_overrides.filter(reviewed_by=None).exclude(by=officer)
    for override in open_ones.defer("reason"):
        contacting.review_opening(override=override, by=officer, now=timezone.now())
        messages.success(request, _("Your review is in the history."))
    return page_of(report)
