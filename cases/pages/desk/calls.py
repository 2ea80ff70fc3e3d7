"""The call ladder of a case: whom to telephone in which order, and one press for what came of each call."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from agencies.models import Officer
from cases.flow import dispatching
from cases.models import Case, Dispatch, Note
from cases.pages.desk.forms import CalledForm, CallsDoneForm
from cases.pages.desk.opening import found_case
from cases.reads import ladder
from cases.reads.ladder import Rung

NO_LONGER = gettext_lazy("The call is written down. They are no longer asked.")


@role_required(*DESK)
def show(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, found_case(request, reference))


@require_POST
@role_required(*DESK)
def called(request: HttpRequest, reference: str) -> HttpResponse:
    case, now = found_case(request, reference), clock.now()
    form = CalledForm(request.POST)
    rung = ladder.ladder_of(case, now=now).rung(request.POST.get("rung", ""))
    if rung is None:
        messages.info(request, _("They are not on the list any more: somebody has answered for them meanwhile."))
        return redirect("desk-calls", reference)
    if not form.is_valid():
        return _page(request, case, refused={rung.key: form})
    messages.success(request, _write_down(rung, case, form, by=officer_of(request), now=now))
    case.refresh_from_db(fields=["held_at"])
    return redirect("desk-case" if case.held_at else "desk-calls", reference)


def _write_down(rung: Rung, case: Case, form: CalledForm, *, by: Officer, now: datetime) -> str:
    """Write down the call and the answer that it brought. Return a sentence for the officer."""
    said = form.cleaned_data
    call = dispatching.Call(
        result=form.result(),
        dispatch=rung.dispatch,
        agency=rung.agency,
        number=rung.number,
        means=Note.Means(said["means"] or Note.Means.PHONE),
        answered_by=said["answered_by"],
        text=said["text"],
    )
    if rung.dispatch and form.took_it():
        is_asked = dispatching.called_and_took_it(
            dispatch=rung.dispatch, call=call, arrival_minutes=said["minutes"], by=by, now=now
        )
        return str(_("Written down: they take it.") if is_asked else NO_LONGER)
    if rung.dispatch and form.cannot():
        is_asked = dispatching.called_and_cannot(
            dispatch=rung.dispatch,
            call=call,
            reason=Dispatch.DeclineReason(said["reason"] or "UNSAID"),
            by=by,
            now=now,
        )
        return str(_("Written down: they cannot.") if is_asked else NO_LONGER)
    dispatching.log_call(case=case, call=call, by=by, now=now)
    return str(_("The call is written down."))


@require_POST
@role_required(*DESK)
def done(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down the end of the calls. While nobody holds the case, the next silent round asks for calls again."""
    case, form = found_case(request, reference), CallsDoneForm(request.POST)
    if not form.is_valid():
        return _page(request, case, done_form=form)
    dispatching.finish_call(case=case, by=officer_of(request), now=clock.now(), **form.cleaned_data)
    messages.success(request, _("Written down. While nobody has it, calls are asked for again."))
    return redirect("desk-case", reference)


def _page(
    request: HttpRequest,
    case: Case,
    *,
    refused: dict[str, CalledForm] | None = None,
    done_form: CallsDoneForm | None = None,
) -> HttpResponse:
    if case.closed_at:
        messages.info(request, _("The case is closed."))
        return redirect("desk-case", case.reference)
    found = ladder.ladder_of(case, now=clock.now())
    forms = refused or {}
    context = {
        "case": case,
        "ladder": found,
        "rungs": [(rung, forms.get(rung.key) or CalledForm(auto_id=f"{rung.key}_%s")) for rung in found.rungs],
        "next": found.next,
        "done_form": done_form or CallsDoneForm(auto_id="done_%s"),
    }
    return render(request, "desk/calls.html", context)
