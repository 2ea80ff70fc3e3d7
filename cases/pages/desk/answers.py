"""The desk writes down what an agency said on the telephone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from agencies.models import Officer
from cases.flow import dispatching
from cases.models import Dispatch
from cases.pages.desk.forms import ArrivedForm, CallForm, DeclinedForm, TakenForm, TheirOutcomeForm
from cases.pages.desk.opening import found_dispatch
from cases.privacy.actor import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class PhoneAnswer:
    form: type[forms.Form]
    write_down: Callable[..., object]
    done: "StrOrPromise"


def _called(dispatch: Dispatch, *, by: Officer, now: datetime, result: Any, text: str) -> None:
    call = dispatching.Call(result, dispatch=dispatch, text=text)
    dispatching.log_call(case=dispatch.case, call=call, by=by, now=now)


def _taken(dispatch: Dispatch, *, by: Officer, now: datetime, name: str, minutes: int | None) -> None:
    dispatching.acknowledge(dispatch=dispatch, name=name, arrival_minutes=minutes, by=Actor.of(by), now=now)


def _declined(dispatch: Dispatch, *, by: Officer, now: datetime, reason: Any) -> None:
    dispatching.decline(dispatch=dispatch, reason=reason, by=Actor.of(by), now=now)


def _arrived(dispatch: Dispatch, *, by: Officer, now: datetime) -> None:
    dispatching.arrive(dispatch=dispatch, by=Actor.of(by), now=now)


def _outcome(dispatch: Dispatch, *, by: Officer, now: datetime, outcome: Any) -> None:
    dispatching.give_outcome(dispatch=dispatch, outcome=outcome, by=Actor.of(by), now=now)


ANSWERS = {
    "called": PhoneAnswer(CallForm, _called, gettext_lazy("The call is written down.")),
    "taken": PhoneAnswer(TakenForm, _taken, gettext_lazy("Written down: they take it.")),
    "declined": PhoneAnswer(DeclinedForm, _declined, gettext_lazy("Written down: they cannot.")),
    "arrived": PhoneAnswer(ArrivedForm, _arrived, gettext_lazy("Written down: they have arrived.")),
    "outcome": PhoneAnswer(TheirOutcomeForm, _outcome, gettext_lazy("What they found is written down.")),
}


@role_required(*DESK)
def show(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _page(request, found_dispatch(request, reference, pk))


@require_POST
@role_required(*DESK)
def give(request: HttpRequest, reference: str, pk: int, answer: str) -> HttpResponse:
    if answer not in ANSWERS:
        raise Http404
    dispatch = found_dispatch(request, reference, pk)
    form = ANSWERS[answer].form(request.POST, auto_id=f"{answer}_%s")
    if not form.is_valid():
        return _page(request, dispatch, **{answer: form})
    try:
        ANSWERS[answer].write_down(dispatch, by=officer_of(request), now=clock.now(), **form.cleaned_data)
        messages.success(request, ANSWERS[answer].done)
    except dispatching.NoLongerAsked:
        messages.info(request, _("They are no longer asked: they said that they cannot, or the case is closed."))
    return redirect("desk-case", reference)


def _page(request: HttpRequest, dispatch: Dispatch, **bound: forms.Form) -> HttpResponse:
    unbound = {name: answer.form(auto_id=f"{name}_%s") for name, answer in ANSWERS.items() if name not in bound}
    is_ours = dispatch.agency_id == officer_of(request).agency_id
    context = {"case": dispatch.case, "dispatch": dispatch, "is_ours": is_ours, "forms": {**unbound, **bound}}
    return render(request, "desk/answer.html", context)
