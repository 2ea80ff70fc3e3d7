"""The red light on every desk's screen, while nobody holds a case after all rings."""

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
    """What the frame draws for a desk, on each page. A fragment has no frame around it, and asks nothing."""
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
    """The light alone, for a screen that stays open."""
    return render(request, TEMPLATE)
