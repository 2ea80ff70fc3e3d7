"""The rings of a province: which of them count, and which change waits for a second person."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies import clock
from agencies.access import officer_of, role_required
from agencies.models import Area
from cases.flow import ring_changes
from cases.models import Case, RingChange
from cases.privacy.authority import RING_CHANGERS
from cases.reads import ring_policies
from cases.reads.ring_policies import Key
from cases.rings.plan import policy_for


def found_key(request: HttpRequest, where: str, when: str) -> Key:
    """Answer 404 both when there is no such set of rings and when this officer may not change it."""
    if when not in ("any", *Case.Urgency.values):
        raise Http404
    provinces = Area.objects.provinces().defer("boundary")
    province = None if where == "all" else get_object_or_404(provinces, code=where)
    if not ring_policies.may_change(officer_of(request), province.code if province else None):
        raise Http404
    return Key(province, "" if when == "any" else when)


@role_required(*RING_CHANGERS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """List the sets of rings and the changes that wait for a second person. `?where=` leads to one set."""
    if where := request.GET.get("where"):
        key = found_key(request, where, request.GET.get("when", "any"))
        return redirect("rings-of", key.where, key.when)
    officer = officer_of(request)
    context = {
        "waiting": ring_policies.CHANGES.waiting_for(officer),
        "sets": ring_policies.sets_for(officer),
        "provinces": ring_policies.provinces_of(officer),
        "is_nationwide": ring_policies.may_change(officer, None),
        "urgencies": Case.Urgency.choices,
    }
    return render(request, "supervisor/rings.html", context)


@role_required(*RING_CHANGERS)
@require_safe
def of(request: HttpRequest, where: str, when: str) -> HttpResponse:
    key = found_key(request, where, when)
    context = {
        "key": key,
        "policy": policy_for(province=key.code, urgency=key.urgency),
        "is_own": ring_policies.has_set(key),
        "waiting": ring_policies.waiting_about(key),
        "history": ring_policies.history_of(key),
    }
    return render(request, "supervisor/rings_of.html", context)


@require_POST
@role_required(*RING_CHANGERS)
def remove(request: HttpRequest, where: str, when: str) -> HttpResponse:
    """Propose to remove this set, so that a less particular one counts again."""
    key = found_key(request, where, when)
    by, now = officer_of(request), clock.now()
    try:
        ring_changes.propose(province=key.province, urgency=key.urgency, rings=[], requires=[], by=by, now=now)
    except ring_changes.AlreadyProposed:
        return already_proposed(request, key)
    messages.success(request, _("Proposed. It counts once a second person has confirmed it."))
    return redirect("rings-of", key.where, key.when)


def already_proposed(request: HttpRequest, key: Key) -> HttpResponse:
    messages.error(request, _("Other rings wait for a second person already. Decide about them first."))
    return redirect("rings-of", key.where, key.when)


@require_POST
@role_required(*RING_CHANGERS)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, ring_changes.confirm, _("Confirmed. Cases that are opened from now on follow it."))


@require_POST
@role_required(*RING_CHANGERS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, ring_changes.withdraw, _("Withdrawn. Nothing has changed."))


def _decide(request: HttpRequest, pk: int, decide: Callable[..., object], done: str) -> HttpResponse:
    officer = officer_of(request)
    change: RingChange = get_object_or_404(ring_policies.changes_for(officer).select_related("province"), pk=pk)
    key = Key(change.province, change.urgency)
    try:
        decide(change=change, by=officer, now=clock.now())
    except ring_changes.SamePerson:
        messages.error(request, _("You proposed it: a second person has to confirm it."))
    except ring_changes.AlreadyDecided:
        messages.info(request, _("A colleague has decided about it meanwhile."))
    except ring_changes.RingsRefused as refused:
        messages.error(request, " ".join([_("It cannot come into force any more."), *refused.problems]))
    else:
        messages.success(request, done)
    return redirect("rings-of", key.where, key.when)
