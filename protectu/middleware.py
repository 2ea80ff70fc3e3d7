"""What stands before every page, whichever room it belongs to."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

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
