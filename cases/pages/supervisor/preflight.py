"""Show whether an alert would reach somebody in each province, and on request whether each line is open."""

import threading

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies import clock
from agencies.access import role_required
from agencies.models import Role
from agencies.reach import trials
from cases.reads import preflight

_one_at_a_time = threading.Lock()  # of this process: many presses are no flood of connections


@role_required(Role.ADMIN, Role.SUPERVISOR)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@require_POST
@role_required(Role.ADMIN, Role.SUPERVISOR)
def try_lines(request: HttpRequest) -> HttpResponse:
    """Try each line without sending a message. It takes seconds, so it is done on a press and not with each page."""
    theirs = trials.systems()
    if not _one_at_a_time.acquire(blocking=False):
        messages.info(request, _("The lines are being tried at this moment. Press again in a few seconds."))
        return _page(request, None)
    try:
        if not connection.in_atomic_block:
            connection.close()  # nobody holds one while they wait for the world
        tried = trials.run(theirs)
    finally:
        _one_at_a_time.release()
    return _page(request, tried)


def _page(request: HttpRequest, tried: list[trials.Trial] | None) -> HttpResponse:
    checks = preflight.checks(now=clock.now())
    return render(request, "supervisor/preflight.html", {"checks": checks, "tried": tried})
