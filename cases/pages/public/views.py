"""The first pages: what this is, the two buttons, the written form."""

from compression_middleware.decorators import compress_page
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from agencies import clock
from cases.flow import intake
from cases.pages.public import shape
from cases.pages.public.files import has_usable_file, problems_seen, take_files
from cases.pages.public.forms import WrittenForm
from cases.pages.public.languages import of_browser
from cases.pages.public.network import network_in
from cases.pages.public.page import answer, leave_no_trace, never_lost, public_page
from cases.pages.public.posted import Posted
from cases.pages.public.showing import show_form, show_receipt
from cases.privacy import submissions
from cases.reads.outlines import outlines

ONE_DAY = 86_400


@login_not_required
@csrf_exempt
def choose_language(request: HttpRequest) -> HttpResponse:
    """Redirect to a language that the browser asks for; nothing is remembered."""
    response = leave_no_trace(redirect("public-home", language=of_browser(request)))
    patch_vary_headers(response, ["Accept-Language"])
    return response


choose_language.is_public_page = True  # type: ignore[attr-defined]


@public_page()
@compress_page
def home(request: HttpRequest) -> HttpResponse:
    return answer(request, "public/home.html")


@public_page(asks_position=True)
def now(request: HttpRequest) -> HttpResponse:
    return _press(request) if request.method == "POST" else _buttons(request)


@compress_page
def _buttons(request: HttpRequest) -> HttpResponse:
    return answer(request, "public/now.html", {"key": submissions.new_key()})


@never_lost
def _press(request: HttpRequest, posted: Posted) -> HttpResponse:
    moment = clock.now()
    sent = shape.alert(posted, language=get_language(), now=moment)
    report = intake.receive(sent=sent, now=moment, network=network_in(request, now=moment))
    return show_receipt(request, report, is_pressed=True)


@public_page()
def form(request: HttpRequest) -> HttpResponse:
    return _write(request) if request.method == "POST" else _questions(request)


@compress_page
def _questions(request: HttpRequest) -> HttpResponse:
    return show_form(request)


@never_lost
def _write(request: HttpRequest, posted: Posted) -> HttpResponse:
    moment = clock.now()
    form, has_file = WrittenForm(posted.data), has_usable_file(posted)
    sent = shape.written(form, posted, language=get_language(), has_file=has_file, now=moment)
    if sent is None:
        return show_form(request, posted, says_nothing=True, problems=problems_seen(posted))
    report = intake.receive(sent=sent, now=moment, network=network_in(request, now=moment))
    return show_receipt(request, report, problems=take_files(request, posted, report, now=moment).problems)


@public_page()
@compress_page
def areas(request: HttpRequest) -> HttpResponse:
    """Return outlines and names for the map. They hold no personal data, so the phone may keep them for a day."""
    response = HttpResponse(outlines(get_language()), content_type="application/geo+json")
    response.headers["Cache-Control"] = f"public, max-age={ONE_DAY}"
    return response
