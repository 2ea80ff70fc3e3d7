"""Error pages of the public: calm, in two languages, with a way out and numbers to call."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from cases.pages.public.page import answer, hotlines_of_file, leave_no_trace, not_sent
from cases.pages.public.posted import read
from cases.privacy import codes


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _calm(request, "public/not_found.html", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _calm(request, "public/not_found.html", status=400)


def broken(request: HttpRequest, *args: Any) -> HttpResponse:
    return _calm(request, "public/broken.html", status=500)


def too_many(request: HttpRequest, *, language: str) -> HttpResponse:
    """Say at once that too many ask just now, with the numbers, and with what was typed. Asks no database."""
    request.LANGUAGE_CODE = language
    with translation.override(language):
        if request.method != "POST":
            return leave_no_trace(answer(request, "public/busy.html", {"hotlines": hotlines_of_file()}, status=503))
        posted = read(request)
        if "code" not in posted.data:
            return leave_no_trace(not_sent(request, posted))
        said = _("Many people are asking just now. Type it again in a moment.")
        typed = {"problem": said, "code": posted.text("code")[: codes.LONGEST], "hotlines": hotlines_of_file()}
        return leave_no_trace(answer(request, "public/back.html", typed, status=503))


def _calm(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    # The numbers come from the file, because the database may be what has failed.
    with translation.override("th"):
        return leave_no_trace(answer(request, template, {"hotlines": hotlines_of_file()}, status=status))
