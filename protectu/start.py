"""The page on which an officer starts. Only this room knows which page has the work of which role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from agencies.access import officer_of, role_required
from agencies.models import Role

PAGES = {
    Role.AGENCY: "responder-asked",
    Role.TRIAGE: "desk-queue",
    Role.SUPERVISOR: "desk-queue",
    Role.ADMIN: "directory",
}


@role_required(*Role)
def start(request: HttpRequest) -> HttpResponse:
    return redirect(PAGES[Role(officer_of(request).role)])
