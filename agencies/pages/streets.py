"""A tile of streets for our maps. Its address names no case, and we ask the host for the whole block around it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from agencies.reach import tiles

A_DUTY = 12 * 3600  # seconds


@login_not_required
@require_safe
def show(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    image = tiles.tile(z, x, y)
    response = HttpResponse(image.content, content_type=image.content_type) if image else HttpResponse(status=404)
    # Any other browser must not cache it, because a cached tile tells where somebody looked.
    is_officer = image is not None and request.user.is_authenticated
    response.headers["Cache-Control"] = f"private, max-age={A_DUTY}" if is_officer else "no-store"
    return response
