"""Every public page leaves no trace, asks no third party, and has a way out and numbers to call."""

import gzip
import json
import re

import pytest
from django.conf import settings
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import RequestFactory
from django.urls import get_resolver, reverse
from django.utils import timezone

from cases.flow import returning
from cases.models import Report
from cases.pages.public import errors
from cases.pages.public import urls as public_urls
from tests.cases.pages.public.conftest import hidden, reference_on, text_of

pytestmark = pytest.mark.django_db

PAGES = [
    "/th/",
    "/en/",
    "/th/now/",
    "/en/now/",
    "/th/form/",
    "/en/form/",
    "/th/back/",
    "/en/back/",
    "/th/info/",
    "/en/info/rights/",
    "/en/info/check/",
]
LARGEST = 14 * 1024  # one initial congestion window
QUICK_EXIT = f'href="{settings.QUICK_EXIT_URL}" rel="noreferrer noopener nofollow"'


def code_of(pressed):
    """Return a code for the report that was pressed."""
    report = Report.objects.get(reference=reference_on(pressed))
    return returning.give_code(report=report, now=timezone.now()).digits


@pytest.fixture
def every_answer(phone, directory, hotlines):
    """Return pages of every kind: asked for, answered, refused, not found."""
    pressed = phone.press()
    token = {"token": hidden(pressed, "token")}
    return [
        *(phone.get(page) for page in PAGES),
        pressed,
        phone.press("en", latitude="3.1", longitude="101.7"),
        phone.post("/th/form/", {"narrative": "x"}),
        phone.post("/th/form/", {}),
        phone.post("/th/now/sent/", token),
        phone.post("/th/now/place/", {**token, "area": "95"}),
        phone.post("/th/now/words/", {**token, "text": "x"}),
        phone.post("/th/now/words/", {"token": "too old", "text": "x"}),
        phone.post("/th/now/code/", token),
        phone.post("/th/back/", {"code": "12"}),
        phone.post("/th/back/", {"code": code_of(pressed)}),
        phone.post("/th/back/look/", {"token": "too old"}),
        phone.get("/xx/now/"),
        phone.get("/th/now/sent/"),
        phone.get("/"),
    ]


def test_no_page_sets_a_cookie_or_depends_on_one(every_answer):
    for response in every_answer:
        assert not response.cookies
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")


def test_no_page_is_kept_or_names_itself_to_others(every_answer):
    for response in every_answer:
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"


def test_every_page_has_the_way_out_first_and_numbers_to_call(every_answer):
    for response in every_answer:
        if response.status_code == 302:
            continue
        body = response.content.decode().partition("<body>")[2]
        assert QUICK_EXIT in re.search(r"<(?:a|button|input|select|textarea)[^>]*>", body).group()
        assert 'href="tel:1300"' in body
        assert 'href="tel:191"' in body


def test_text_messages_are_offered_only_where_a_deployment_has_a_number_for_them(phone, hotlines, settings):
    assert "sms:" not in phone.get("/en/now/").content.decode()

    settings.PUBLIC_TEXT_NUMBER = "+66000000000"

    for page in ("/en/now/", "/en/form/", "/en/nowhere/"):
        shown = phone.get(page).content.decode()
        assert '<a href="sms:+66000000000">' in shown
    assert "It stays on this telephone until you delete it." in phone.get("/en/now/").content.decode()


def test_no_page_asks_or_names_a_third_party(every_answer):
    for response in every_answer:
        page = response.content.decode().replace(settings.QUICK_EXIT_URL, "")
        assert not re.findall(r"""(?:https?:)?//[\w.-]+\.\w+""", re.sub(r"/\*.*?\*/|//.*", "", page))
        assert "<link rel" not in page.replace('<link rel="icon" href="data:,">', "")
        assert 'src="' not in page


def test_nobody_looking_over_a_shoulder_reads_what_it_is_about(every_answer):
    for response in every_answer:
        page = response.content.decode()
        assert not re.search("traffick|ค้ามนุษย์|victim|ผู้เสียหาย", page, re.IGNORECASE)
        assert re.findall("<title>(.*)</title>", page) in ([], ["Information"], ["ข้อมูล"])


def test_script_and_style_carry_the_nonce_of_the_answer_and_nothing_is_inline_elsewhere(every_answer):
    for response in every_answer:
        page = response.content.decode()
        nonces = re.findall(r'<(?:script|style) nonce="([^"]+)"', page)
        assert len(nonces) == len(re.findall(r"<(?:script|style)", page))
        assert all(f"'nonce-{nonce}'" in response.headers["Content-Security-Policy"] for nonce in nonces)
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", page)


def test_the_phone_may_be_asked_for_its_place_after_a_press_only(phone, directory):
    token = {"token": hidden(phone.press(), "token")}

    asks = [phone.get("/th/now/"), phone.press(), phone.post("/th/now/sent/", token)]
    asks_not = [phone.get("/th/"), phone.get("/th/form/"), phone.get("/th/areas.json"), phone.get("/nowhere/")]

    assert {response.headers["Permissions-Policy"] for response in asks} == {"geolocation=(self)"}
    assert {response.headers["Permissions-Policy"] for response in asks_not} == {"geolocation=()"}


@pytest.mark.parametrize("page", ["/th/now/", "/en/now/", "/th/", "/en/"])
def test_a_page_is_one_request_and_fits_into_the_first_packets(phone, hotlines, page):
    response = phone.get(page)

    assert len(gzip.compress(response.content)) <= LARGEST / 2  # today; the promise is LARGEST
    assert "<img" not in response.content.decode()


def test_a_page_is_compressed_on_the_way(phone, directory):
    asked = phone.get("/th/now/", **{"accept-encoding": "gzip"})
    pressed = phone.send("/th/now/", "may_tell=NEAREST_HELP", **{"accept-encoding": "gzip"})

    assert asked.headers["Content-Encoding"] == pressed.headers["Content-Encoding"] == "gzip"


def test_one_that_carries_a_token_is_compressed_to_a_length_of_chance(phone, directory):
    token = {"token": hidden(phone.press(), "token")}

    sent = [phone.post("/th/now/sent/", token, **{"accept-encoding": "gzip"}).content for _ in range(12)]

    # Before the compressed words stands a name of up to a hundred letters; this bit says so.
    assert all(answer[3] & 0x08 for answer in sent)
    assert len({answer.index(b"\0", 10) for answer in sent}) > 1


def test_the_first_page_depends_on_the_language_of_the_browser(phone):
    response = phone.get("/", **{"accept-language": "en-GB,en;q=0.8"})

    assert (response.status_code, response.headers["Location"]) == (302, "/en/")
    assert response.headers["Vary"] == "Accept-Language"


def test_a_page_links_to_itself_in_the_other_language(phone, directory):
    assert '<a href="/en/form/" lang="en"' in phone.get("/th/form/").content.decode()
    # From a receipt by its token, so that it is not lost.
    token = hidden(phone.press("th"), "token")
    assert "Nobody has read it yet" in text_of(phone.post("/en/now/sent/", {"token": token}))


@pytest.mark.parametrize(
    "address", ["sent", "place", "words", "position", "moving", "moving/point", "moving/longer", "moving/stop"]
)
def test_who_opens_an_address_that_takes_posts_is_shown_the_buttons(phone, address):
    response = phone.get(f"/th/now/{address}/")

    assert (response.status_code, response.headers["Location"]) == (302, "/th/now/")


@pytest.mark.parametrize("address", ["/xx/", "/xx/now/", "/th/nowhere/", "/TH/now/"])
def test_an_unknown_address_is_answered_calmly_in_two_languages(phone, address):
    response = phone.get(address)

    assert response.status_code == 404
    assert "ไม่พบหน้านี้" in text_of(response)
    assert "You did nothing wrong" in text_of(response)


def test_a_failure_of_ours_is_answered_calmly_with_a_way_out():
    request = RequestFactory().get("/th/")

    response = errors.broken(request)

    assert response.status_code == 500
    assert QUICK_EXIT in response.content.decode()
    assert "call one of the numbers" in text_of(response)


def test_no_address_of_the_public_reads_the_session(phone, django_user_model, monkeypatch):
    phone.client.cookies[settings.SESSION_COOKIE_NAME] = "of-an-officer-on-the-same-phone"
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", lambda store: pytest.fail("read"))

    for page in PAGES:
        assert phone.get(page).status_code == 200


def test_every_address_of_the_public_is_marked_as_public():
    assert len(public_urls.urlpatterns) == 28
    for pattern in public_urls.urlpatterns:
        assert pattern.callback.is_public_page
        assert pattern.callback.csrf_exempt
        assert not pattern.callback.login_required


def test_every_page_is_there_while_the_database_is_down(phone, broken_database):
    for page in PAGES:
        response = phone.get(page)
        assert response.status_code == 200
        assert 'href="tel:1300"' in response.content.decode()
    assert "<select" not in phone.get("/th/form/").content.decode()  # no provinces: asked in words


def test_the_map_is_drawn_from_outlines_of_provinces_and_names_of_districts(phone, areas):
    square = Polygon(((101, 5.6), (101.5, 5.6), (101.5, 6.6), (101, 6.6), (101, 5.6)))
    areas["95"].boundary = MultiPolygon(square, srid=4326)
    areas["95"].save()

    response = phone.get("/en/areas.json")

    drawn = {
        area["properties"]["name"]: area["geometry"]["type"] for area in json.loads(response.content)["features"]
    }
    assert drawn["Yala"] == "Polygon" or drawn["Yala"] == "MultiPolygon"
    assert drawn["Betong"] == "Point"
    assert "Pattani" not in drawn  # it has no outline
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert not response.cookies


def test_languages_of_the_path_are_those_of_the_settings():
    resolver = get_resolver()
    for code, _ in settings.LANGUAGES:
        assert resolver.resolve(f"/{code}/now/").kwargs == {"language": code}
        assert reverse("public-now", args=[code]) == f"/{code}/now/"
