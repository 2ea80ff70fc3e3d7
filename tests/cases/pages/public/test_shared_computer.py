"""After the way out, the browser of a shared computer has nothing of ours left."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.cases.pages.public.conftest import DANGER, reference_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

KEPT = """async () => ({
    cookies: document.cookie,
    storage: localStorage.length + sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


def test_on_a_shared_computer_nothing_is_left_after_an_alert_and_the_way_out(open_page, live_server):
    page = open_page("/th/")
    page.context.route(settings.QUICK_EXIT_URL, lambda route: route.fulfill(body="Weather", content_type="text/html"))
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/en/now/")
    page.click(DANGER)
    reference = reference_in(page)
    page.click("text=Add details")
    page.fill("[name=text]", "He has my passport")
    page.click("text=Send this too")
    expect(page.locator("text=Thank you. We have what you added.")).to_be_visible()

    page.click("#exit")
    page.wait_for_url(settings.QUICK_EXIT_URL)
    ours = [answer for answer in answers if answer.url.startswith(f"{live_server.url}/en/")]
    assert {answer.headers["cache-control"] for answer in ours} == {"no-store"}
    page.go_back()

    assert page.url.endswith("/th/")
    assert reference not in page.content()
    page.go_forward()
    assert page.url == settings.QUICK_EXIT_URL
    page.goto("/en/now/")
    assert page.evaluate(KEPT) == {"cookies": "", "storage": 0, "databases": 0, "caches": 0, "workers": 0}
    assert reference not in page.content()
    assert "passport" not in page.content()
    assert page.context.cookies() == []
