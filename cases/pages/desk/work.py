"""Work on a case: take it, review a widening, move it, close it, keep its track."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies import clock
from agencies.access import DESK, officer_of, require, role_required
from cases.flow import casework
from cases.pages.desk.forms import CloseForm, KeepTrackForm, MoveForm
from cases.pages.desk.opening import found_case
from cases.privacy.authority import may_keep_track
from cases.reads import case_file


def _closed_meanwhile(request: HttpRequest, reference: str) -> HttpResponse:
    messages.info(request, _("The case is closed."))
    return redirect("desk-case", reference)


@require_POST
@role_required(*DESK)
def take(request: HttpRequest, reference: str) -> HttpResponse:
    case = found_case(request, reference)
    try:
        casework.take(case=case, by=officer_of(request), now=clock.now())
    except casework.AlreadyClosed:
        return _closed_meanwhile(request, reference)
    messages.success(request, _("The case is yours."))
    return redirect("desk-case", reference)


@require_POST
@role_required(*DESK)
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """Record that a second person has read why more were told than the person allowed."""
    case = found_case(request, reference)
    if case_file.may_review(case, officer_of(request)):
        casework.review_widening(case=case, by=officer_of(request), now=clock.now())
        messages.success(request, _("Your review is in the history."))
    elif case.widening_reviewed_by_id is None:
        messages.error(request, _("A second person has to review it."))
    return redirect("desk-case", reference)


@role_required(*DESK)
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Move the case to another province. Lead back to the queue, because the officer may no longer see the case."""
    case = found_case(request, reference)
    form = MoveForm(request.POST or None, case=case)
    if not form.is_valid():
        return render(request, "desk/move.html", {"case": case, "form": form})
    province = form.cleaned_data["province"]
    try:
        casework.reroute(case=case, province=province, by=officer_of(request), now=clock.now())
    except casework.AlreadyClosed:
        return _closed_meanwhile(request, reference)
    words = _("%(reference)s is now in %(province)s.") % {"reference": reference, "province": province.name}
    messages.success(request, words)
    return redirect("desk-queue")


@role_required(*DESK)
def close(request: HttpRequest, reference: str) -> HttpResponse:
    case = found_case(request, reference)
    form = CloseForm(request.POST or None)
    if not form.is_valid():
        return render(request, "desk/close.html", {"case": case, "form": form})
    try:
        casework.close(case=case, by=officer_of(request), now=clock.now(), **form.cleaned_data)
    except casework.AlreadyClosed:
        return _closed_meanwhile(request, reference)
    messages.success(request, _("The case is closed."))
    return redirect("desk-case", reference)


@role_required(*DESK)
def keep_track(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the track as evidence, with a reason."""
    case = found_case(request, reference)
    require(may_keep_track(officer_of(request), owner=case.owner_id))
    form = KeepTrackForm(request.POST or None)
    if not form.is_valid():
        return render(request, "desk/keep_track.html", {"case": case, "form": form})
    try:
        casework.keep_track(case=case, by=officer_of(request), now=clock.now(), **form.cleaned_data)
        messages.success(request, _("The track is held as evidence."))
    except casework.NothingToKeep:
        messages.info(request, _("There is no track to hold."))
    return redirect("desk-case", reference)
