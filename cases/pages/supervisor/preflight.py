"""Show whether an alert would reach somebody in each province."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import clock
from agencies.access import role_required
from agencies.models import Role
from cases.reads import preflight


@role_required(Role.ADMIN, Role.SUPERVISOR)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    checks = preflight.checks(now=clock.now())
    return render(request, "supervisor/preflight.html", {"checks": checks})
