"""A line that takes the press and never answers: the numbers, then "not sent yet", always with the same key."""

from urllib.parse import parse_qs

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cases.models import Report
from tests.cases.pages.public.conftest import DANGER, reference_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]

NOTICE = "#notice"
NUMBERS = "#notice a[href='tel:1300']"


@pytest.fixture
def silent(open_page):
    """Return a function that opens a page whose clock we turn, on a line that swallows the first `many` POSTs."""

    def silent(address="/en/now/", *, many=99, **options):
        page = open_page(address, **options)
        page.clock.install()
        page.reload()
        page.posted, page.held = [], []

        def swallow(route):
            if route.request.method != "POST":
                route.fallback()
                return
            page.posted.append(route.request.post_data)
            if len(page.posted) <= many:
                page.held.append(route)
            else:
                route.fallback()

        page.route("**/now/**", swallow)
        page.route("**/form/", swallow)
        return page

    return silent


def keys(page):
    return [parse_qs(body)["key"] for body in page.posted]


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_the_numbers_come_after_ten_seconds_and_the_try_goes_on(silent, language):
    page = silent(f"/{language}/now/")
    words = page.locator(NOTICE).evaluate("notice => ({...notice.dataset})")

    page.click(DANGER)
    expect(page.locator(NOTICE)).to_have_text(words["sending"])
    page.clock.run_for(9_000)
    assert page.locator(NUMBERS).count() == 0
    page.clock.run_for(1_500)

    expect(page.locator(NUMBERS)).to_be_visible()
    expect(page.locator(NOTICE)).to_contain_text(words["sending"])
    page.clock.run_for(33_000)  # 43.5 s
    assert words["again"] not in page.locator(NOTICE).inner_text()
    assert len(page.posted) == 1

    page.clock.run_for(1_900)

    expect(page.locator(NOTICE)).to_contain_text(words["again"])
    expect(page.locator(NUMBERS)).to_be_visible()


def test_the_next_try_carries_the_same_key_and_is_the_same_report(silent):
    page = silent(many=1)

    page.click(DANGER)
    page.clock.run_for(46_000)
    expect(page.locator(NOTICE)).to_contain_text("Not sent yet.")
    page.clock.run_for(2_000)

    assert reference_in(page) == Report.objects.get().reference
    assert len(page.posted) == 2
    assert page.posted[0] == page.posted[1]


def test_a_second_press_after_some_seconds_is_a_new_try_with_the_same_key(silent):
    page = silent(many=1)

    page.click(DANGER)
    page.click(DANGER)  # at once: a double press
    page.clock.run_for(6_000)
    assert len(page.posted) == 1
    page.click(DANGER)

    assert reference_in(page) == Report.objects.get().reference
    assert len(page.posted) == 2
    assert keys(page)[0] == keys(page)[1]
    expect(page.locator(NOTICE)).to_be_hidden()


def test_the_first_try_that_is_answered_late_is_shown_once(silent):
    page = silent(many=1)
    page.click(DANGER)
    page.clock.run_for(6_000)
    page.click(DANGER)
    reference = reference_in(page)

    page.held[0].continue_()
    page.clock.run_for(60_000)

    assert reference_in(page) == reference == Report.objects.get().reference
    expect(page.locator(NOTICE)).to_be_hidden()


def test_a_file_that_gets_no_further_is_given_up_after_fifteen_seconds(silent):
    page = silent("/en/form/")
    page.fill("[name=narrative]", "Six men on a boat")
    page.set_input_files(
        "[name=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + bytes(9)}
    )

    page.locator("main form button").last.click()
    expect(page.locator(NOTICE)).to_contain_text("Sending…")
    page.clock.run_for(61_000)

    expect(page.locator(NOTICE)).to_contain_text("Not sent yet.")
    assert page.input_value("[name=narrative]") == "Six men on a boat"


def test_without_script_the_numbers_stand_on_the_page_that_waits(open_page):
    page = open_page(java_script_enabled=False)

    expect(page.locator("footer a[href='tel:1300']")).to_be_visible()
