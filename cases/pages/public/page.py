"""What every public page has in common: no trace on the phone, a way out, numbers to call."""

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from agencies.models import Hotline
from cases.pages.public.posted import Posted, read

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
Take = Callable[[HttpRequest, Posted], HttpResponse]
Page = Callable[..., HttpResponse]


def public_page(*, asks_position: bool = False) -> Callable[[View], Page]:
    """A page for everybody, in the language of its path; `asks_position` lets its script ask the phone.

    csrf_exempt: nobody is logged in here, so there is no authority that another site could borrow; and
    with no-referrer browsers send `Origin: null`, for which Django's check would refuse an alert.
    """

    def decorate(view: View) -> Page:
        @wraps(view)
        def page(request: HttpRequest, language: str, **address: str) -> HttpResponse:
            request.LANGUAGE_CODE = language
            with translation.override(language):
                return leave_no_trace(view(request, **address), asks_position=asks_position)

        # With a length of chance, because a page may hold a token: BREACH has nothing to measure.
        small = gzip_page(page)
        small.is_public_page = True  # type: ignore[attr-defined]
        return login_not_required(csrf_exempt(small))

    return decorate


def leave_no_trace(response: HttpResponse, *, asks_position: bool = False) -> HttpResponse:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = f"geolocation=({'self' if asks_position else ''})"
    return response


def takes_posts(take: Take) -> View:
    """For addresses that only take a POST; who opens one as a page is shown the page to ask for help."""

    @wraps(take)
    def view(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect("public-now", language=request.LANGUAGE_CODE)
        return never_lost(take)(request)

    return view


def never_lost(take: Take) -> View:
    """Whatever goes wrong, the person hears that it was not sent, and keeps what they typed."""

    @wraps(take)
    def view(request: HttpRequest) -> HttpResponse:
        posted = read(request)
        try:
            return take(request, posted)
        except Exception as error:
            # Never the message: a database names the values of the row that it refused.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("not taken: %s\n%s", type(error).__qualname__, where)
            return not_sent(request, posted)

    return view


def not_sent(request: HttpRequest, posted: Posted) -> HttpResponse:
    """Said at once and plainly, with everything that was typed in the form that sends it again."""
    typed = [(name, value) for name, values in posted.data.lists() for value in values]
    context = {
        "typed": typed,
        "was_sent_before": "token" in posted.data,
        "has_lost_file": bool(posted.files),
        "hotlines": hotlines_of_file(),
    }
    return answer(request, "public/not_sent.html", context, status=503)


def answer(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    common = {
        "language": translation.get_language(),
        "languages": settings.LANGUAGES,
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "text_number": settings.PUBLIC_TEXT_NUMBER,
        "most_files": settings.ATTACHMENTS_A_REPORT,
        "most_megabytes": settings.ATTACHMENT_MAX_BYTES // 1_000_000,
    }
    if "hotlines" not in (context or {}):
        common["hotlines"] = Hotline.shown_first()
    return render(request, template, {**common, **(context or {})}, status=status)


def hotlines_of_file() -> list[Hotline]:
    """For when the database is known to be down: asking it once more would only keep the person waiting."""
    return [hotline for hotline in Hotline.from_file() if hotline.is_shown_first]
