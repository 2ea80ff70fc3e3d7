"""The red light on every desk's screen: the last ring of a case went out, and nobody holds the case."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from agencies.access import DESK, is_desk, role_required
from agencies.models import Officer
from cases.reads.red import red_light

TEMPLATE = "desk/_red_light.html"


def context(request: HttpRequest) -> dict[str, Any]:
    # Desks see it on each page. It is asked lazily, because a fragment has no frame that would draw it.
    match = request.resolver_match
    if match is None or getattr(match.func, "is_public_page", False):
        return {}
    officer = request.user
    if not isinstance(officer, Officer) or not is_desk(officer):
        return {}
    return {
        "live_stream": reverse("desk-live"),
        "red_light": TEMPLATE,
        "red": SimpleLazyObject(lambda: red_light(officer)),
    }


@role_required(*DESK)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the light alone; a screen that stays open asks for it again."""
    return render(request, TEMPLATE)
