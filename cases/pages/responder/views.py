"""What an agency was asked, and its answers. Each view takes a Door, so that both ways in show the same."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from agencies.models import Role
from agencies.templatetags import when
from cases.flow import dispatching
from cases.models import Dispatch
from cases.pages.responder.doors import Door, posted
from cases.pages.responder.forms import CannotForm, OutcomeForm, PinForm, TakeForm
from cases.reads import asked


@role_required(Role.AGENCY, *DESK)
@require_safe
def asked_of_us(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    context = {"current": asked.live_for(officer), "past": asked.over_for(officer), "now": clock.now()}
    return render(request, "responder/asked_of_us.html", context)


@require_safe
def show(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the dispatch. Opening the page acknowledges nothing, because mail scanners follow links."""
    return _page(request, door)


@posted
def take(request: HttpRequest, door: Door) -> HttpResponse:
    form = TakeForm(request.POST)
    if not form.is_valid():
        return _page(request, door, take=form)
    dispatching.acknowledge(dispatch=door.dispatch, by=door.by, now=clock.now(), **form.cleaned_data)
    return redirect(door.page)


@posted
def cannot(request: HttpRequest, door: Door) -> HttpResponse:
    form = CannotForm(request.POST)
    if not form.is_valid():
        return _page(request, door, cannot=form)
    reason = Dispatch.DeclineReason(form.cleaned_data["reason"])
    dispatching.decline(dispatch=door.dispatch, reason=reason, by=door.by, now=clock.now())
    return redirect(door.page)


@posted
def place_by_pin(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the exact place after the PIN. Neither of them stands in an address, a session or a cookie."""
    assert door.link  # noqa: S101 - only by_link leads here
    if request.POST.get("proof"):
        return _place_again(request, door)
    form = PinForm(request.POST)
    if not form.is_valid():
        return _page(request, door, pin=form)
    try:
        proof = dispatching.open_place(link=door.link, pin=form.cleaned_data["pin"], now=clock.now())
    except dispatching.PlaceRefused as refusal:
        form.add_error("pin", _why_not(refusal))
        return _page(request, door, pin=form)
    return _place_page(request, door, proof=proof)


@require_safe
def place_by_login(request: HttpRequest, door: Door) -> HttpResponse:
    assert door.officer  # noqa: S101 - only by_login leads here
    try:
        dispatching.open_place_for(dispatch=door.dispatch, officer=door.officer, now=clock.now())
    except dispatching.PlaceRefused:
        return redirect(door.page)
    return _place_page(request, door)


def _place_again(request: HttpRequest, door: Door) -> HttpResponse:
    """Show where a moving person is now, with a trace as the first time. After a while the PIN is asked for again."""
    assert door.link  # noqa: S101 - only by_link leads here
    proof = request.POST["proof"]
    try:
        dispatching.open_place_again(link=door.link, proof=proof, now=clock.now())
    except dispatching.PlaceRefused:
        return redirect(door.page)
    return _place_page(request, door, proof=proof)


@posted
def arrived(request: HttpRequest, door: Door) -> HttpResponse:
    """Write down the arrival, and keep showing the place: on arrival the landmark matters most."""
    dispatching.arrive(dispatch=door.dispatch, by=door.by, now=clock.now())
    proof = request.POST.get("proof", "")
    if not proof:
        return redirect(door.page)
    if door.link is None:
        return redirect(f"{door.page}place/")
    try:
        dispatching.open_place_again(link=door.link, proof=proof, now=clock.now())
    except dispatching.PlaceRefused:
        return redirect(door.page)
    door.dispatch.refresh_from_db(fields=["arrived_at"])
    return _place_page(request, door, proof=proof)


@posted
def outcome(request: HttpRequest, door: Door) -> HttpResponse:
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _page(request, door, outcome=form)
    found = Dispatch.Outcome(form.cleaned_data["outcome"])
    dispatching.give_outcome(dispatch=door.dispatch, outcome=found, by=door.by, now=clock.now())
    return redirect(door.page)


def _page(request: HttpRequest, door: Door, **bound: forms.Form) -> HttpResponse:
    """Show the dispatch. `bound` are forms that came back with errors and with what was typed.

    The status is 200 all the same: Django logs the address of each 4xx, and this address holds a live token.
    """
    if not door.dispatch.is_live:
        raise dispatching.NoLongerAsked
    context = {**_context(door), "cannot": CannotForm(), "pin": PinForm(), "proof": "", "bound": bound, **bound}
    context.setdefault("take", TakeForm(initial={"name": door.officer.display_name if door.officer else ""}))
    return render(request, "responder/asked.html", context)


def _place_page(request: HttpRequest, door: Door, *, proof: str = "login") -> HttpResponse:
    context = {**_context(door), "proof": proof, "bound": {}, "place": asked.place_of(door.dispatch)}
    context["moving"] = context["place"].moving(context["now"])
    return render(request, "responder/place.html", context)


def _context(door: Door) -> dict[str, Any]:
    dispatch = door.dispatch
    return {
        "door": door,
        "dispatch": dispatch,
        "case": dispatch.case,
        "now": clock.now(),
        "needs_login": dispatch.case.is_sealed or not dispatch.agency.pin_hash,
        "call": asked.whom_to_call(dispatch.case),
        "outcome": OutcomeForm(),
        "refused": asked.refused_since(dispatch),
    }


def _why_not(refusal: dispatching.PlaceRefused) -> str:
    match refusal:
        case dispatching.PinLocked(until=until):
            return _("Too many wrong PINs. Try again after %(time)s, or log in.") % {"time": when.clock(until)}
        case dispatching.WrongPin():
            return _("This is not your agency's PIN.")
        case dispatching.NotYetTaken():
            return _("Say first that you take it.")
        case _:
            return _("The place of this case is shown only after a login.")
