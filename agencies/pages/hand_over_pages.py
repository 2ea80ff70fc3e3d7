"""Handing over the duty: the page, which rooms above draw with their open work, and its two buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies import clock
from agencies import duty as verbs
from agencies.access import DESK, officer_of, role_required
from agencies.models import HandOver, Role
from agencies.pages import on_duty
from agencies.pages.duty_forms import HandOverForm
from agencies.templatetags import when


@dataclass(frozen=True)
class Work:
    """How many of one kind of work wait at present, and the address where they are shown."""

    label: Any
    count: int
    address: str


def answer(request: HttpRequest, *, open_work: Sequence[Work]) -> HttpResponse:
    """Draw the form for handing over with what waits for this officer, or hand over."""
    officer, now = officer_of(request), clock.now()
    form = HandOverForm(request.POST or None, giver=officer)
    if form.is_valid():
        try:
            given = verbs.hand_over(by=officer, now=now, **form.cleaned_data)
        except verbs.NotOnDuty:
            form.add_error(None, _("You are not on duty, so there is nothing to hand over."))
        else:
            on_duty.forget(officer.agency)
            name = given.given_to.display_name or given.given_to.username
            words = _("%(name)s can take over now. Until then you are on duty.") % {"name": name}
            messages.success(request, words)
            return redirect("duty")
    ours = HandOver.objects.open().of_agency(officer.agency).with_names()
    context = {
        "form": form,
        "shift": verbs.last_shift(officer, now=now),
        "given": ours.filter(given_by=officer).first(),
        "waiting": list(ours.filter(given_to=officer)),
        "open_work": [work for work in open_work if work.count],
    }
    return render(request, "duty/hand_over.html", context)


@require_POST
@role_required(Role.AGENCY, *DESK)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    officer = officer_of(request)
    found = get_object_or_404(HandOver.objects.of_agency(officer.agency), pk=pk)
    try:
        shift = verbs.take_over(hand_over=found, by=officer, now=clock.now())
    except verbs.NoLongerOffered:
        messages.error(request, _("This hand-over is not offered to you any more."))
    else:
        messages.success(request, _("You are on duty until %(time)s.") % {"time": when.clock(shift.ends_at)})
    on_duty.forget(officer.agency)
    return redirect("duty")


@require_POST
@role_required(Role.AGENCY, *DESK)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    officer = officer_of(request)
    found = get_object_or_404(HandOver.objects.of_agency(officer.agency), pk=pk)
    verbs.withdraw(hand_over=found, by=officer, now=clock.now())
    on_duty.forget(officer.agency)
    return redirect("duty")
