"""The map: where help was asked for, who has it, and how long people wait."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import clock
from agencies.access import DESK, officer_of, role_required
from insight import figures
from insight.map import questions


@role_required(*DESK)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The map with its list; `?wall=1` for a screen that visitors pass, with no list."""
    officer, now, name = officer_of(request), clock.now(), "wall" if _is_wall(request) else "map"
    exercises = _with_exercises(request)
    context = {
        "figures": figures.counts_for(officer, exercises=exercises),
        "waits": figures.waits_for(officer, now=now, exercises=exercises),
        "now": now,
    }
    if name == "map":
        context["watched"] = questions.open_cases(officer, exercises=exercises)
    template = f"insight/_{name}_live.html" if getattr(request, "htmx", False) else f"insight/{name}.html"
    return render(request, template, context)


@role_required(*DESK)
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Open cases as GeoJSON."""
    text = questions.drawn_cases(officer_of(request), exercises=_with_exercises(request), is_wall=_is_wall(request))
    return HttpResponse(text, content_type="application/geo+json")


@role_required(*DESK)
@require_safe
def outlines(request: HttpRequest) -> HttpResponse:
    """Provinces as GeoJSON."""
    return HttpResponse(questions.outlines(officer_of(request)), content_type="application/geo+json")


@role_required(*DESK)
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Agencies as GeoJSON."""
    return HttpResponse(questions.agencies(officer_of(request)), content_type="application/geo+json")


def _is_wall(request: HttpRequest) -> bool:
    return bool(request.GET.get("wall"))


def _with_exercises(request: HttpRequest) -> bool:
    """The demo has nothing but exercises."""
    return settings.IS_DEMO or bool(request.GET.get("exercises"))
