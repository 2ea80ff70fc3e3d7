"""Preview: whom an alert at a place would tell now, and why."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agencies import clock
from agencies.access import officer_of, role_required
from agencies.models import Area
from cases.models import Case, Report, RingChange
from cases.pages.supervisor.ring_forms import PlaceForm
from cases.privacy.authority import RING_CHANGERS
from cases.reads import ring_policies
from cases.reads.receipt import places_within
from cases.reads.ring_policies import Key
from cases.rings.plan import Policy
from cases.rings.preview import Preview, preview_rings

ROUNDED = 5  # decimals of a degree
UNLESS_SAID = {"urgency": Case.Urgency.EMERGENCY, "may_tell": Report.MayTell.NEAREST_HELP}


@role_required(*RING_CHANGERS)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Try the rings that count at the place, or with `?change=` those of a change that is not decided yet."""
    officer = officer_of(request)
    change = _change(request)
    province = change.province if change else _province(request)
    key = Key(province, change.urgency if change else "")
    proposed = Policy(change.rings, change.requires) if change and change.rings else None
    tried = previewed(request, key=key, proposed=proposed)
    context = {"change": change, "key": key, "provinces": ring_policies.provinces_of(officer), **tried}
    return render(request, "supervisor/rings_preview.html", context)


def _change(request: HttpRequest) -> RingChange | None:
    asked = request.GET.get("change", "")
    if not asked:
        return None
    changes = ring_policies.changes_for(officer_of(request)).undecided().select_related("province")
    return get_object_or_404(changes, pk=int(asked) if asked.isdecimal() and len(asked) < 18 else 0)


def _province(request: HttpRequest) -> Area | None:
    """Return the province that was asked for, or the officer's own if there is only one."""
    ours = ring_policies.provinces_of(officer_of(request))
    asked = request.GET.get("province", "")
    return next((area for area in ours if area.code == asked), ours[0] if len(ours) == 1 else None)


def previewed(request: HttpRequest, *, key: Key, proposed: Policy | None) -> dict[str, Any]:
    """Return the form for the place and, once a place was said, what would happen there."""
    form = _place_form(request, key)
    place = form.place() if form.is_bound and form.is_valid() else None
    if place is None:
        return {"place_form": form, "preview": None, "drawn": None}
    here = place.located.province
    is_elsewhere = bool(proposed and key.province and here != key.province.code)
    what = {**form.said(), **({"urgency": key.urgency} if key.urgency else {})}
    with_these = None if is_elsewhere else proposed
    preview = preview_rings(place=place, now=clock.now(), proposed=with_these, **what)
    return {
        "place_form": form,
        "preview": preview,
        "is_proposed": with_these is not None and not what["is_sealed"],
        "is_elsewhere": is_elsewhere,
        "area": Area.objects.filter(code=place.located.district or here or "").defer("boundary").first(),
        "drawn": _drawn(preview),
    }


def _place_form(request: HttpRequest, key: Key) -> PlaceForm:
    said = request.POST if request.method == "POST" else request.GET
    districts = places_within(key.province) if key.province else []
    bound = {**UNLESS_SAID, **said.dict()} if "at" in said else None
    return PlaceForm(bound, districts=districts, province=key.province)


def _drawn(preview: Preview) -> dict[str, Any]:
    """Return what the map draws, in degrees, latitude first. An agency whose place is secret is left out."""
    point = preview.place.point
    return {
        "at": [round(point.y, ROUNDED), round(point.x, ROUNDED)] if point else None,
        "radii": [step.ring["radius_m"] for step in preview.steps if "NEAREST" in step.ring["tells"]],
        "agencies": [
            {
                "at": [round(agency.point.y, ROUNDED), round(agency.point.x, ROUNDED)],
                "name": agency.name,
                "ring": step.number,
            }
            for step in preview.steps
            for agency in (told.target.agency for told in step.told)
            if agency.point and not agency.location_secret
        ],
    }
