"""Error pages of the public: calm, in two languages, with a way out and numbers to call."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from cases.pages.public.page import answer, hotlines_of_file, leave_no_trace


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _calm(request, "public/not_found.html", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _calm(request, "public/not_found.html", status=400)


def broken(request: HttpRequest, *args: Any) -> HttpResponse:
    return _calm(request, "public/broken.html", status=500)


def _calm(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    # The numbers come from the file, because the database may be what has failed.
    with translation.override("th"):
        return leave_no_trace(answer(request, template, {"hotlines": hotlines_of_file()}, status=status))
