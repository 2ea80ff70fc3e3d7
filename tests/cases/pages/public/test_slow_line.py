"""On a slow, far and torn line of the second generation, what counts is what arrived, never how long it took."""

from threading import Event

import pytest
from django.conf import settings
from django.core.signals import request_started
from playwright.sync_api import expect

from cases.models import Report
from tests.cases.pages.public.conftest import DANGER, reference_in
from tests.stack import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# Milliseconds, and bytes a second: 50 kbit/s to the phone, 20 kbit/s from it.
SLOW = {"offline": False, "latency": 800, "downloadThroughput": 50_000 / 8, "uploadThroughput": 20_000 / 8}
LARGEST = 14 * 1024


@pytest.fixture
def slow(open_page):
    def slow(**options):
        page = open_page("/th/", **options)
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        page.carried = []
        line.on("Network.loadingFinished", lambda done: page.carried.append(done["encodedDataLength"]))
        line.send("Network.emulateNetworkConditions", SLOW)
        page.asked.clear()
        page.goto("/en/now/")
        return page

    return slow


def test_the_page_is_there_with_one_request_and_the_press_is_answered(slow, live_server):
    page = slow()

    expect(page.locator(DANGER)).to_be_in_viewport()
    assert page.asked == [("GET", f"{live_server.url}/en/now/")]
    assert 0 < sum(page.carried) <= LARGEST

    page.click(DANGER)
    expect(page.locator("#notice")).to_have_text("Sending…")  # it says so before anything is answered
    assert reference_in(page) == Report.objects.get().reference
    expect(page.locator("#notice")).to_be_hidden()
    assert page.asked[1:] == [("POST", f"{live_server.url}/en/now/")]


@pytest.fixture
def busy_line(open_page):
    """Return a page whose connections to us another page of its browser keeps busy, until the event is set."""
    is_over = Event()

    def hold(environ, **_):
        if environ["QUERY_STRING"] == "held":
            is_over.wait(120)

    request_started.connect(hold)
    page = open_page()
    other = page.context.new_page()
    other.goto(page.url)
    other.evaluate(
        "alike => { for (let line = 0; line < 6; line++) fetch('?held', alike) }",
        {"credentials": "omit", "cache": "no-store"},  # as a press is sent, or it has lines of its own
    )
    yield page, is_over
    is_over.set()
    request_started.disconnect(hold)


def test_who_presses_and_leaves_before_it_could_be_sent_has_pressed(busy_line):
    page, is_over = busy_line
    page.context.route(settings.QUICK_EXIT_URL, lambda route: route.fulfill(body="Weather", content_type="text/html"))

    page.click(DANGER)
    page.click("#exit")
    page.wait_for_url(settings.QUICK_EXIT_URL)
    assert not Report.objects.exists()
    is_over.set()

    wait_for(Report.objects.exists, what="the press")


def test_who_presses_again_while_it_is_under_way_sends_it_once(slow):
    page = slow()

    page.click(DANGER)
    expect(page.locator("#notice")).to_have_text("Sending…")
    page.click(DANGER)
    page.click("button[value=SOCIAL_WORKERS]")

    assert reference_in(page) == Report.objects.get().reference
    assert [method for method, _ in page.asked].count("POST") == 1
    assert Report.objects.get().may_tell == "NEAREST_HELP"


def test_a_press_whose_answer_is_lost_on_the_way_is_sent_again_and_is_one_report(slow):
    page = slow()
    lost = []

    def lose(route):
        if not lost:
            lost.append(route.fetch().status)  # it reached us
            route.abort("connectionreset")
        else:
            route.fallback()

    page.route("**/en/now/", lose)
    page.click(DANGER)
    expect(page.locator("#notice")).to_contain_text("Not sent yet.")

    assert reference_in(page) == Report.objects.get().reference
    assert lost == [200]


def test_without_script_the_slow_line_carries_the_press_too(slow):
    page = slow(java_script_enabled=False)

    page.click(DANGER)

    assert reference_in(page) == Report.objects.get().reference
    assert sum(page.carried) <= 3 * LARGEST  # the page, and its answer
