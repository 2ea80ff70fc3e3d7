"""The pages of duty: who is on duty, the week, its gaps, and planning."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agencies import access, clock
from agencies import duty as verbs
from agencies.access import officer_of, role_required
from agencies.models import Agency, Duty, Role
from agencies.pages import on_duty, roster
from agencies.pages.duty_forms import ShiftForm

DUTY_MANAGERS = (Role.ADMIN, Role.SUPERVISOR, Role.AGENCY)
LONGEST_NAME = 100


@role_required(*Role)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    return _board(request, officer_of(request).agency)


@role_required(*Role)
@require_safe
def of_agency(request: HttpRequest, pk: int) -> HttpResponse:
    return _board(request, get_object_or_404(access.duty_seen_by(officer_of(request)), pk=pk))


def _board(request: HttpRequest, agency: Agency) -> HttpResponse:
    officer, now = officer_of(request), clock.now()
    board = roster.board(agency, week=roster.week_asked_for(request.GET.get("week", ""), now=now), now=now)
    context = {
        "board": board,
        "agency": agency,
        "may_plan": access.duty_managed_by(officer).filter(pk=agency.pk).exists(),
        "sees_others": access.manages_others(officer),
        "is_ours": agency.pk == officer.agency_id,
        "before": board.week - roster.WEEK,
        "after": board.week + roster.WEEK,
    }
    return render(request, "duty/board.html", context)


@role_required(Role.ADMIN, Role.SUPERVISOR)
@require_safe
def others(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_NAME]
    rows, is_cut = roster.duty_rows(officer_of(request), words=words, now=clock.now())
    return render(request, "duty/others.html", {"rows": rows, "is_cut": is_cut, "words": words})


@role_required(*DUTY_MANAGERS)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    officer, now = officer_of(request), clock.now()
    agency = get_object_or_404(access.duty_managed_by(officer), pk=pk)
    form = ShiftForm(request.POST or None, agency=agency, now=now, is_new=True, initial=_initial(request, now=now))
    if form.is_valid():
        try:
            shifts = verbs.plan(agency=agency, by=officer, **form.cleaned_data)
        except verbs.Overlapping:
            form.add_error("officer", _("This officer is on duty already for a part of this time."))
        else:
            words = ngettext("%(n)d shift is planned.", "%(n)d shifts are planned.", len(shifts)) % {"n": len(shifts)}
            return _back(request, agency, words, at=shifts[0].starts_at)
    return render(request, "duty/shift.html", {"agency": agency, "form": form})


def _initial(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    start, end = (_moment(request.GET.get(name, "")) for name in ("from", "until"))
    full_hour = timezone.localtime(now).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    start = start or full_hour
    # A gap may be long: at most 12 hours of it are proposed.
    ends = [start + timedelta(hours=8)] if end is None else [end, start + timedelta(hours=12)]
    return {"starts_at": start, "ends_at": min(ends), "days": 1}


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
        return timezone.localtime(found) if found and found.tzinfo and 2000 < found.year < 3000 else None
    except (ValueError, OverflowError):
        return None


def _back(request: HttpRequest, agency: Agency, words: str, *, at: datetime) -> HttpResponse:
    on_duty.forget(agency)
    messages.success(request, words)
    week = roster.monday_of(timezone.localtime(at).date())
    return redirect(f"{_address(agency)}?week={week}")


def _address(agency: Agency) -> str:
    return reverse("duty-of", args=[agency.pk])


def _found_shift(request: HttpRequest, pk: int) -> Duty:
    ours = Duty.objects.filter(agency__in=access.duty_managed_by(officer_of(request)))
    return get_object_or_404(ours.select_related("agency", "officer"), pk=pk)


@role_required(*DUTY_MANAGERS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    duty, now = _found_shift(request, pk), clock.now()
    known = {"officer": duty.officer_id, "starts_at": duty.starts_at, "ends_at": duty.ends_at, "phone": duty.phone}
    form = ShiftForm(request.POST or None, agency=duty.agency, now=now, is_new=False, initial=known)
    if form.is_valid():
        try:
            verbs.change(duty=duty, by=officer_of(request), now=now, **form.cleaned_data)
        except verbs.Overlapping:
            form.add_error("officer", _("This officer is on duty already for a part of this time."))
        except verbs.AlreadyOver:
            form.add_error(None, _("This is over already. What was, stays as it was."))
        else:
            return _back(request, duty.agency, _("The shift was changed."), at=form.cleaned_data["starts_at"])
    context = {"agency": duty.agency, "form": form, "duty": duty, "runs": duty.starts_at <= now < duty.ends_at}
    return render(request, "duty/shift.html", context)


@require_POST
@role_required(*DUTY_MANAGERS)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    duty = _found_shift(request, pk)
    try:
        verbs.remove(duty=duty, by=officer_of(request), now=clock.now())
    except verbs.AlreadyOver:
        return _back(request, duty.agency, _("This is over already. What was, stays as it was."), at=duty.starts_at)
    return _back(request, duty.agency, _("The shift was taken out of the plan."), at=duty.starts_at)


@require_POST
@role_required(*DUTY_MANAGERS)
def copy_week(request: HttpRequest, pk: int) -> HttpResponse:
    officer, now = officer_of(request), clock.now()
    agency = get_object_or_404(access.duty_managed_by(officer), pk=pk)
    start = roster.start_of(roster.week_asked_for(request.POST.get("week", ""), now=now))
    n = verbs.copy_week(agency=agency, start=start, by=officer, now=now)
    words = ngettext("%(n)d shift was copied.", "%(n)d shifts were copied.", n) % {"n": n}
    return _back(request, agency, words if n else _("Nothing was left to copy."), at=start + verbs.WEEK)
