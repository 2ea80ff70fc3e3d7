"""Pages to read: rights, signs of danger, what follows a press, numbers to call; and sheets to print and pass on."""

from typing import Any

import segno
from compression_middleware.decorators import compress_page
from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from agencies.models import Agency, Area, Hotline
from cases.models import Article
from cases.pages.public.page import answer, public_page
from cases.pages.public.posted import read
from cases.reads import articles
from cases.reads.receipt import places_within

CARDS_ON_A_PAGE = 10


@public_page()
@compress_page
def index(request: HttpRequest) -> HttpResponse:
    return answer(request, "public/info.html", {"texts": articles.titles(_language())})


@public_page()
@compress_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in Article.Slug.values:
        raise Http404
    return answer(request, "public/article.html", {"text": articles.article(slug, _language())})


@public_page()
def check(request: HttpRequest) -> HttpResponse:
    """Count the marked signs for the answer; they are neither stored nor logged."""
    points = articles.article(Article.Slug.SIGNS, _language()).points
    marked = None
    if request.method == "POST":
        marked = len(
            {number for number in read(request).data.getlist("sign") if number in map(str, range(len(points)))}
        )
    return answer(request, "public/check.html", {"points": points, "marked": marked})


@public_page()
@compress_page
def numbers(request: HttpRequest) -> HttpResponse:
    try:
        known = list(Hotline.objects.all())
    except Error:
        known = []
    return answer(request, "public/numbers.html", {"all_hotlines": known or Hotline.from_file()})


@public_page()
@compress_page
def share(request: HttpRequest) -> HttpResponse:
    try:
        provinces = places_within(None)
    except Error:
        provinces = []
    home = settings.PUBLIC_URL + reverse("public-home", args=[_language()])
    return answer(request, "public/share.html", {"provinces": provinces, "home": home})


@public_page()
@compress_page
def poster(request: HttpRequest) -> HttpResponse:
    """Show an A4 sheet, one poster or ten cards, with a QR code that leads to the first page in this language."""
    return answer(request, "public/poster.html", _sheet(request))


def _sheet(request: HttpRequest) -> dict[str, Any]:
    home = settings.PUBLIC_URL + reverse("public-home", args=[_language()])
    asked = request.GET.get("province", "")
    province = Area.objects.provinces().filter(code=asked).first() if asked.isdecimal() else None
    desk = Agency.objects.desk_of(province.code).first() if province else None
    drawn = segno.make(home, error="m").svg_inline(scale=4, border=2, omitsize=True)
    is_cards = request.GET.get("what") == "cards"
    return {
        "home": home,
        "shown": home.partition("://")[2].rstrip("/"),
        "province": province,
        "desk": desk,
        "qr": mark_safe(drawn),  # noqa: S308 - drawn by us from an address of ours
        "cards": range(CARDS_ON_A_PAGE) if is_cards else None,
    }


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
