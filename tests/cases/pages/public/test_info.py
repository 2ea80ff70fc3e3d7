"""Pages to read, to check and to pass on are there in every language, and nothing is remembered."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.utils import timezone

from cases.models import Article
from tests.cases.pages.public.conftest import text_of

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _ in settings.LANGUAGES]
PAGES = ["", "check/", "numbers/", "share/", *(f"{slug}/" for slug in Article.Slug.values)]
LARGEST = 30 * 1024


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_every_page_is_there_and_light(phone, hotlines, areas, language, page, encoding):
    response = phone.get(f"/{language}/info/{page}", **{"accept-encoding": encoding})

    assert response.status_code == 200
    assert len(response.content) <= LARGEST


def test_an_edited_text_goes_before_the_one_that_came(phone, krit):
    Article.objects.create(
        slug="rights",
        language="lo",
        text="# ໃໝ່\n\nສະບາຍດີ",
        edited_by=krit,
        edited_at=timezone.now(),
        reviewed_by="A.",
        reviewed_on=date(2026, 11, 1),
    )

    page = text_of(phone.get("/lo/info/rights/"))

    assert "ສະບາຍດີ" in page
    assert "2026-11-01" in page


def test_what_an_editor_types_cannot_lead_to_a_third_party_or_run(phone, krit):
    hostile = (
        "# x\n\n<script>alert(1)</script> [a](https://tracker.example/) [b](//tracker.example/) "
        "![c](https://tracker.example/p.png) [d](javascript:alert(1)) [e](tel:1300)"
    )
    Article.objects.create(slug="rights", language="en", text=hostile, edited_by=krit, edited_at=timezone.now())

    body = (
        phone.get("/en/info/rights/")
        .content.decode()
        .partition('<article class="article">')[2]
        .partition("</article>")[0]
    )

    assert "<script" not in body
    assert "<img" not in body
    assert re.findall(r'href="([^"]+)"', body) == ["tel:1300"]


def test_the_texts_are_there_while_the_database_is_down(phone, broken_database):
    for page in PAGES:
        assert phone.get(f"/my/info/{page}").status_code == 200


def test_what_is_marked_is_counted_and_kept_nowhere(phone, django_assert_num_queries, hotlines):
    with django_assert_num_queries(2) as asked:  # the text, and the numbers to call
        response = phone.post("/en/info/check/", {"sign": ["0", "6", "6", "99", "x"]})

    assert all(query["sql"].startswith("SELECT") for query in asked)
    assert "You marked 2 of these" in text_of(response)
    assert "You decide what happens next" in text_of(response)
    assert not re.search(r"<input[^>]* checked", response.content.decode())


def test_nothing_marked_is_an_answer_too(phone, db):
    assert "You marked nothing" in text_of(phone.post("/en/info/check/", {}))


def test_a_poster_leads_to_the_first_page_in_its_language(phone, yala_desk, hotlines):
    page = phone.get("/my/info/sheet/?province=95&what=poster").content.decode()

    assert page.count("<section>") == 1
    assert f'aria-label="{settings.PUBLIC_URL}/my/"' in page
    assert "<svg" in page
    assert "Yala Desk" in page
    assert 'href="tel:1300"' in page


def test_a_sheet_of_cards_has_ten(phone, areas, hotlines):
    page = phone.get("/th/info/sheet/?what=cards").content.decode()

    assert page.count("<section>") == 10


@pytest.mark.parametrize("province", ["", "95", "xx", "9501", "%00", "'"])
def test_a_sheet_is_drawn_whatever_is_asked(phone, areas, province):
    assert phone.get(f"/en/info/sheet/?province={province}").status_code == 200


def test_the_button_for_another_site_brings_no_script(phone, areas):
    page = text_of(phone.get("/vi/info/share/"))

    snippet = re.search(r'<a href="[^"]+/vi/".*?</a>', page).group()
    assert "script" not in snippet
    assert "noreferrer" in snippet


def test_an_unknown_text_is_not_found(phone, db):
    assert phone.get("/en/info/nothing/").status_code == 404
