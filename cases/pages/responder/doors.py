"""Two ways to the page of a dispatch: the link in a message, and a login. Both show the same page."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from agencies.access import DESK, officer_of, role_required
from agencies.models import Officer, Role
from cases.flow import dispatching
from cases.models import AcknowledgementLink, Dispatch
from cases.privacy.actor import Actor
from cases.reads import asked


@dataclass(frozen=True)
class Door:
    """How somebody came to a dispatch. The addresses of the answers begin with `page`."""

    dispatch: Dispatch
    by: Actor
    page: str
    link: AcknowledgementLink | None = None
    officer: Officer | None = None


TOKEN = re.compile(r"[A-Za-z0-9_-]+")
DoorView = Callable[[HttpRequest, Door], HttpResponse]


def posted(answer: DoorView) -> DoorView:
    """Pass on a POST. Lead any other request, such as a reload, back to the page."""

    @wraps(answer)
    def view(request: HttpRequest, door: Door) -> HttpResponse:
        return answer(request, door) if request.method == "POST" else redirect(door.page)

    return view


def by_link(answer: DoorView) -> Callable[..., HttpResponse]:
    """Find the dispatch of the link. Whoever holds the link may answer for the agency, without an account."""

    @login_not_required
    @never_cache
    @wraps(answer)
    def view(request: HttpRequest, token: str) -> HttpResponse:
        link = asked.link_of(token)
        if link is None:
            return straighten(request, token)
        page = reverse("responder-link", args=[token])
        return _through(Door(link.dispatch, Actor.link_holder(link.dispatch), page, link=link), answer, request)

    return view


@login_not_required
@never_cache
def straighten(request: HttpRequest, token: str, more: str = "") -> HttpResponse:
    """Lead on to the link without what a chat or a mail program took for a part of it: a bracket, a word.

    What is left is looked up like any other token, so that this opens nothing that it does not open itself.
    """
    found = TOKEN.match(token)
    is_straight = found is None or (found[0] == token and not more)
    if is_straight or request.method not in ("GET", "HEAD"):
        return render(request, "responder/unknown.html", status=404)
    return redirect("responder-link", token=found[0] if found else token)


def by_login(answer: DoorView) -> Callable[..., HttpResponse]:
    """Find the dispatch for an officer of the agency that was asked. Answer 404 to other officers."""

    @role_required(Role.AGENCY, *DESK)
    @wraps(answer)
    def view(request: HttpRequest, reference: str) -> HttpResponse:
        officer = officer_of(request)
        dispatch = asked.dispatch_for(officer, reference)
        if dispatch is None:
            raise Http404
        page = reverse("responder-dispatch", args=[reference])
        return _through(Door(dispatch, Actor.of(officer), page, officer=officer), answer, request)

    return view


def _through(door: Door, answer: DoorView, request: HttpRequest) -> HttpResponse:
    try:
        return answer(request, door)
    except dispatching.NoLongerAsked:
        door.dispatch.refresh_from_db(fields=["declined_at", "ended_at"])
        context = {"door": door, "dispatch": door.dispatch, "call": asked.whom_to_call(door.dispatch.case)}
        return render(request, "responder/gone.html", context, status=410)
