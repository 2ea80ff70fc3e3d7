"""Show or download a file that came with a report. Each time leaves its trace first."""

from base64 import b64encode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencies import clock
from agencies.access import DESK, role_required
from cases.models import Attachment
from cases.pages.desk.opening import opened_file

Kind = Attachment.Kind
TYPES = {Kind.PHOTO: ("image/jpeg", "jpg"), Kind.AUDIO: ("audio/mpeg", "mp3"), Kind.PDF: ("application/pdf", "pdf")}


@require_GET
@role_required(*DESK)
def download(request: HttpRequest, key: str) -> HttpResponse:
    """Send the file to be saved, so that a browser never opens it under our address."""
    file = opened_file(request, key)
    content_type, ending = TYPES[Kind(file.kind)]
    response = HttpResponse(bytes(file.content or b""), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.pk}.{ending}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@role_required(*DESK)
@never_cache
def reveal(request: HttpRequest, key: str) -> HttpResponse:
    """Show a photo inside the page. It has no address of its own that could be opened again without a trace."""
    file = opened_file(request, key)
    picture = b64encode(bytes(file.content or b"")).decode() if file.kind == Kind.PHOTO else ""
    return render(request, "desk/file.html", {"file": file, "picture": picture, "now": clock.now()})
