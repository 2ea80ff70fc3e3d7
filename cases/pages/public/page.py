"""Every public page leaves no trace on the phone, and has a way out and numbers to call."""

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
    """Make a page for everybody, in the language of its path. With `asks_position` its script may ask the phone.

    csrf_exempt: nobody is logged in here, so another site can borrow no authority; and browsers send `Origin:
    null` from a no-referrer page, for which Django's check would refuse an alert.
    """

    def decorate(view: View) -> Page:
        @wraps(view)
        def page(request: HttpRequest, language: str, **address: str) -> HttpResponse:
            request.LANGUAGE_CODE = language
            with translation.override(language):
                return leave_no_trace(view(request, **address), asks_position=asks_position)

        # gzip_page adds a random length, so that BREACH cannot measure a token in the page.
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
    """Pass on a POST. Redirect any other request to the page that asks for help."""

    @wraps(take)
    def view(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect("public-now", language=request.LANGUAGE_CODE)
        return never_lost(take)(request)

    return view


def never_lost(take: Take) -> View:
    """Tell the person that nothing was sent, and give back what they typed, whatever goes wrong."""

    @wraps(take)
    def view(request: HttpRequest) -> HttpResponse:
        posted = read(request)
        try:
            return take(request, posted)
        except Exception as error:  # any error at all: the person must not lose what they typed
            # Never the message: a database names the values of the row that it refused.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("not taken: %s\n%s", type(error).__qualname__, where)
            return not_sent(request, posted)

    return view


def not_sent(request: HttpRequest, posted: Posted) -> HttpResponse:
    """Say that nothing was sent, with everything that was typed in a form that sends it again."""
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
    """Return the numbers without the database: when it is down, asking it would keep the person waiting."""
    return [hotline for hotline in Hotline.from_file() if hotline.is_shown_first]
