"""Propose a complete set of rings, which can be tried at a place first."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies import clock
from agencies.access import officer_of, role_required
from cases.flow import ring_changes
from cases.pages.supervisor.ring_forms import NEW_RING, RequiresForm, RingFormSet, retyped, typed_in
from cases.pages.supervisor.ring_preview import previewed
from cases.pages.supervisor.ring_sets import already_proposed, found_key
from cases.privacy.authority import RING_CHANGERS
from cases.reads.ring_policies import Key
from cases.rings.plan import Policy, policy_for
from cases.rings.soundness import problems_of


@role_required(*RING_CHANGERS)
def propose(request: HttpRequest, where: str, when: str) -> HttpResponse:
    key = found_key(request, where, when)
    if request.method != "POST":
        counting = policy_for(province=key.code, urgency=key.urgency)
        requires = RequiresForm(initial={"requires": counting.requires})
        return _page(request, key, _typed(typed_in(counting.rings)), requires)
    formset, requires = RingFormSet(request.POST, prefix="rings"), RequiresForm(request.POST)
    do = request.POST.get("do", "")
    if do.startswith(("add", "out-")):
        return _page(request, key, _typed(_changed(retyped(formset), do)), requires)
    if not (formset.is_valid() and requires.is_valid()):
        return _page(request, key, formset, requires)
    proposed = Policy([form.as_ring() for form in formset], requires.cleaned_data["requires"])
    if do == "propose":
        return _propose(request, key, proposed, formset, requires)
    return _page(request, key, formset, requires, proposed=proposed)


def _typed(rings: list[dict[str, Any]]) -> Any:
    return RingFormSet(initial=rings, prefix="rings")


def _changed(typed: list[dict[str, Any]], do: str) -> list[dict[str, Any]]:
    """Add a ring before the last one, or take one out unless it is the only one."""
    if do == "add":
        return [*typed[:-1], NEW_RING, *typed[-1:]]
    number = int(do[4:]) if do[4:].isdecimal() else 0
    return [ring for at, ring in enumerate(typed, start=1) if at != number] or typed


def _propose(request: HttpRequest, key: Key, proposed: Policy, formset: Any, requires: RequiresForm) -> HttpResponse:
    try:
        ring_changes.propose(
            province=key.province,
            urgency=key.urgency,
            rings=proposed.rings,
            requires=proposed.requires,
            by=officer_of(request),
            now=clock.now(),
        )
    except ring_changes.RingsRefused:
        return _page(request, key, formset, requires, proposed=proposed)
    except ring_changes.AlreadyProposed:
        return already_proposed(request, key)
    messages.success(request, _("Proposed. It counts once a second person has confirmed it."))
    return redirect("rings-of", key.where, key.when)


def _page(
    request: HttpRequest, key: Key, formset: Any, requires: RequiresForm, proposed: Policy | None = None
) -> HttpResponse:
    # Rings that would be refused are not tried: the page says why.
    problems = list(problems_of(proposed.rings, proposed.requires)) if proposed else []
    tried = previewed(request, key=key, proposed=proposed if not problems else None)
    context = {"key": key, "formset": formset, "requires": requires, "problems": problems, **tried}
    return render(request, "supervisor/rings_propose.html", context)
