"""A real browser shows how much of a photo has left the phone, and a bad line costs nothing."""

import re

import pytest
from playwright.sync_api import expect

from cases.models import Attachment, Message
from tests import files
from tests.cases.pages.public.conftest import DANGER, reference_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHOTO = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": files.photo()}
THANKS = "text=Thank you. We have what you added."


def choose(page):
    page.click("text=Add details")
    page.fill("[name=text]", "The gate is blue.")
    page.set_input_files("[name=file]", PHOTO)


def test_a_photo_is_added_without_leaving_the_page(open_page):
    page = open_page()
    page.click(DANGER)
    reference = reference_in(page)
    choose(page)

    page.click("text=Send this too")

    expect(page.locator(THANKS)).to_be_visible()
    assert reference_in(page) == reference == Attachment.objects.get().report.reference
    assert Message.objects.get().text == "The gate is blue."
    assert page.complaints == []
    assert page.context.cookies() == []


def test_how_much_has_left_is_shown(open_page):
    page = open_page()
    page.click(DANGER)
    reference_in(page)
    choose(page)
    page.evaluate(
        """() => {
            window.shown = [];
            const notice = document.getElementById("notice");
            new MutationObserver(() => shown.push(notice.textContent)).observe(notice, {childList: true});
        }"""
    )

    page.click("text=Send this too")
    expect(page.locator(THANKS)).to_be_visible()

    assert [text for text in page.evaluate("shown") if re.search(r"Sending… \d+ %", text)]


def test_over_a_line_that_breaks_off_it_is_sent_again_and_is_one_photo(open_page):
    page = open_page()
    page.click(DANGER)
    reference_in(page)
    choose(page)
    tries = []

    def answer(route):
        tries.append(route.request.method)
        if len(tries) == 1:
            route.abort()
        elif len(tries) == 2:
            route.fetch()  # it arrived, and only the answer is lost
            route.abort()
        else:
            route.fallback()

    page.route("**/en/now/words/", answer)
    page.click("text=Send this too")
    expect(page.locator("#notice")).to_contain_text("Not sent yet.")

    expect(page.locator(THANKS)).to_be_visible()
    assert len(tries) == 3
    assert Attachment.objects.count() == Message.objects.count() == 1


def test_without_javascript_the_same_form_does_it(open_page):
    page = open_page(java_script_enabled=False)
    page.click(DANGER)
    choose(page)

    page.click("text=Send this too")

    expect(page.locator(THANKS)).to_be_visible()
    assert Attachment.objects.get().size == len(PHOTO["buffer"])
    assert Message.objects.get().text == "The gate is blue."
