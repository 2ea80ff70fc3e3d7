"""The page of a case: the story, the agencies that were asked, and the history."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from cases.flow import casework
from cases.models import Case
from cases.pages.desk.forms import NoteForm
from cases.pages.desk.opening import found_case, opened_case
from cases.privacy.authority import may_keep_track
from cases.reads import case_file, case_map, track

NO_MORE = 286  # htmx stops asking at this status


@role_required(*DESK)
def show(request: HttpRequest, reference: str) -> HttpResponse:
    case = opened_case(request, reference)
    casework.first_read(case=case, now=clock.now())
    return _page(request, case, NoteForm())


@role_required(*DESK)
def answers(request: HttpRequest, reference: str) -> HttpResponse:
    """Show who was asked and what each answered, on an open page. It leaves no trace: nothing in it is personal."""
    case = found_case(request, reference)
    context = _answers(request, case, case_file.asked(case))
    # A page that follows the person already need not hear of it.
    context["shares"] = "moving" not in request.GET and track.is_shared(case, now=clock.now())
    return render(request, "desk/_answers.html", context)


@role_required(*DESK)
def moving(request: HttpRequest, reference: str) -> HttpResponse:
    """Show where the person is now, on an open page. It is another reading, so it leaves another trace."""
    case, now = opened_case(request, reference), clock.now()
    found = track.track_of(case, now=now)
    may_keep = may_keep_track(officer_of(request), owner=case.owner_id)
    context = {"case": case, "track": found, "may_keep": may_keep}
    status = 200 if found and found.is_live else NO_MORE
    return render(request, "desk/_moving.html", context, status=status)


@require_POST
@role_required(*DESK)
def note(request: HttpRequest, reference: str) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, opened_case(request, reference), form)
    case = found_case(request, reference)
    casework.add_note(case=case, text=form.cleaned_data["text"], by=officer_of(request), now=clock.now())
    messages.success(request, _("The note is written down."))
    return redirect("desk-case", reference)


def _page(request: HttpRequest, case: Case, note_form: NoteForm) -> HttpResponse:
    asked, file = case_file.asked(case), case_file.read(case)
    now = clock.now()
    moving = track.track_of(case, now=now)
    reports = [each.report for each in file.reports]
    drawn = case_map.drawn(case, reports=reports, asked=asked, track=moving, now=now)
    context = {**_answers(request, case, asked), "file": file, "map": drawn, "note_form": note_form}
    context |= {"track": moving, "may_keep": may_keep_track(officer_of(request), owner=case.owner_id)}
    return render(request, "desk/case.html", context)


def _answers(request: HttpRequest, case: Case, asked: list[case_file.Asked]) -> dict[str, object]:
    officer, now = officer_of(request), clock.now()
    is_untold = case_file.is_untold(case, asked, now=now)
    dispatches = [line.dispatch for line in asked]
    return {
        "case": case,
        "asked": asked,
        "is_untold": is_untold,
        "next": case_file.next_step(case, dispatches, officer=officer, is_untold=is_untold),
        "now": now,
        "may_review": case_file.may_review(case, officer),
    }
