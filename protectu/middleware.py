"""What stands before every page, whichever room it belongs to."""

import random
import sys
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin

from cases.pages.public import errors
from protectu.traffic import SENT_AWAY

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def known_methods(get_response: GetResponse) -> GetResponse:
    """Answer 405 to any other method, before a view or the database is asked.

    No browser sends one to us. CONNECT is why this comes first: the server cannot send a page as its answer.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return get_response(request)

    return middleware


def no_nul(get_response: GetResponse) -> GetResponse:
    """Answer 404 to an address with a NUL in it, which PostgreSQL refuses. A form says it beside its field."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info:
            raise Http404
        return get_response(request)

    return middleware


class SentAway(MiddlewareMixin):
    """Answers instead of the view when there was no turn for this request. Asks no database."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if getattr(request, "lane", "") != SENT_AWAY:
            return None
        if not getattr(view, "is_public_page", False):
            return busy(request)
        if "language" in kwargs:
            return _asking_again(request, errors.too_many(request, language=kwargs["language"]))
        return _asking_again(request, HttpResponse(status=503))  # a provider or a watcher, who asks again


def busy(request: HttpRequest) -> HttpResponse:
    """Say to an officer that the portal is busy, with what was typed, in a form that sends it again."""
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    page = render_to_string("503.html", {"typed": typed, "path": request.get_full_path()})
    return _asking_again(request, HttpResponse(page, status=503, headers={"Cache-Control": "no-store"}))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer what went wrong: to an officer 503, when the database gave no connection or no answer in time."""
    is_public = getattr(getattr(request.resolver_match, "func", None), "is_public_page", False)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError) and not is_public:
        return busy(request)
    return errors.broken(request)


def _asking_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say when to ask again, spread by chance. A page that was asked for with GET is then loaded by the browser."""
    seconds = random.randint(3, 8)  # noqa: S311 - so that not all come back at once
    response.headers["Retry-After"] = str(seconds)
    response._has_been_logged = True  # type: ignore[attr-defined]  # a siege would fill the log with addresses
    if request.method == "GET" and not request.headers.get("HX-Request"):
        response.headers["Refresh"] = str(seconds)
    return response
