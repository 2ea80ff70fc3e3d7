"""A real browser sends where a moving person is, until the right moment, and can be stopped."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cases.models import LiveShare, Position
from tests.cases.pages.public.conftest import DANGER, reference_in
from tests.stack import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

BETONG = {"latitude": 5.7740, "longitude": 101.0725, "accuracy": 25}


def at(number: int) -> dict[str, float]:
    """Return a place some 110 m further north with each number."""
    return {**BETONG, "latitude": 5.7740 + number / 1000}


def track() -> list[float]:
    found = Position.objects.filter(share__isnull=False).order_by("captured_at")
    return [round(position.point.y, 4) for position in found if position.point]


@pytest.fixture
def pressed(open_page):
    """Return the page of an alert with a known place; its phone sends as often as it may."""
    page = open_page(geolocation=BETONG, permissions=["geolocation"])
    page.route(
        "**/public/share.js",
        lambda route: route.fulfill(
            body=route.fetch().text().replace("EVERY = 20000, SOONEST = 5000", "EVERY = 400, SOONEST = 200"),
            content_type="text/javascript",
        ),
    )
    page.click(DANGER)
    expect(page.locator("#known")).to_contain_text("±25 m")
    page.click("text=Stop sending it")
    yield page
    # A page that closes says stop: it has to arrive while there is a database.
    page.goto("about:blank")
    running = LiveShare.objects.filter(stopped_at__isnull=True)
    wait_for(lambda: not running.all().exists(), what="the stop of a page that closes")
    page.wait_for_timeout(300)


def share(page):
    page.click("#share button")
    expect(page.locator("#sharing")).to_contain_text("Minutes left: 30")


def move(page, number):
    page.context.set_geolocation(at(number))


def test_who_moves_is_seen_until_they_stop_it_and_not_after(pressed, live_server):
    share(pressed)
    expect(pressed.locator("#share")).to_be_hidden()
    expect(pressed.locator("#sharing button").first).to_be_focused()
    wait_for(lambda: track() == [5.774], what="the first point")
    move(pressed, 3)
    wait_for(lambda: 5.777 in track(), what="the next point")

    pressed.click("text=Stop sharing")
    expect(pressed.locator("#share [role=status]")).to_have_text("Stopped. Nothing more is sent.")
    wait_for(lambda: LiveShare.objects.get().stopped_at is not None, what="the stop")
    before = track()
    move(pressed, 8)
    pressed.wait_for_timeout(1500)

    assert track() == before
    expect(pressed.locator("#sharing")).to_have_count(0)
    assert {url.partition("/en/")[0].partition("/static/")[0] for _, url in pressed.asked} == {live_server.url}
    assert pressed.complaints == []
    assert pressed.evaluate("localStorage.length + sessionStorage.length") == 0


def test_it_begins_while_the_page_still_looks_for_the_place_of_the_alert(open_page):
    page = open_page(geolocation=BETONG, permissions=["geolocation"])
    page.click(DANGER)
    expect(page.locator("#known")).to_contain_text("±25 m")
    expect(page.locator("#locating")).to_be_visible()

    share(page)

    wait_for(lambda: track() == [5.774], what="the first point")
    page.click("text=Stop sharing")
    wait_for(lambda: LiveShare.objects.get().stopped_at is not None, what="the stop")


def test_nothing_of_it_is_loaded_or_asked_before_the_press(pressed):
    assert not [url for _, url in pressed.asked if "moving" in url or "share.js" in url]


def test_what_has_no_connection_is_kept_and_sent_with_its_time(pressed):
    share(pressed)
    wait_for(lambda: len(track()) == 1, what="the first point")
    pressed.wait_for_timeout(3100)  # points nearer in time than three seconds are one
    pressed.context.set_offline(True)
    move(pressed, 2)
    expect(pressed.locator("#sharing")).to_contain_text("No connection now.")
    pressed.wait_for_timeout(3100)
    move(pressed, 4)
    pressed.wait_for_timeout(500)

    pressed.context.set_offline(False)

    wait_for(lambda: track()[-2:] == [5.776, 5.778], what="both points")
    late = Position.objects.filter(share__isnull=False).order_by("captured_at")[1]
    assert (late.received_at - late.captured_at).total_seconds() > 3


def test_the_page_may_change_meanwhile(pressed):
    share(pressed)
    reference = reference_in(pressed)

    pressed.click("text=Look again")
    expect(pressed.locator("#share")).to_be_hidden()
    pressed.wait_for_timeout(3100)
    move(pressed, 5)

    wait_for(lambda: 5.779 in track(), what="a point from the page that came")
    assert reference_in(pressed) == reference
    expect(pressed.locator("#sharing")).to_be_visible()


def test_it_is_made_longer_and_not_beyond_two_hours(pressed):
    share(pressed)

    for minutes in (60, 90, 120):
        pressed.click("text=30 minutes more")
        expect(pressed.locator("#sharing")).to_contain_text(f"Minutes left: {minutes}")

    expect(pressed.locator("text=30 minutes more")).to_be_hidden()


@pytest.mark.parametrize("way", ["closed", "left"])
def test_closing_the_page_and_the_quick_way_out_stop_it(pressed, way):
    page = pressed
    page.context.route(settings.QUICK_EXIT_URL, lambda route: route.fulfill(body="<h1>Weather</h1>"))
    share(page)
    wait_for(lambda: len(track()) == 1, what="the first point")

    if way == "closed":
        page.goto("about:blank")
    else:
        page.click("#exit")

    wait_for(lambda: LiveShare.objects.get().stopped_at is not None, what="the stop")


def test_who_denies_it_shares_nothing_and_is_told_so(open_page):
    page = open_page(permissions=[])
    page.click(DANGER)
    reference_in(page)

    page.click("#share button")

    expect(page.locator("#share [role=status]")).to_contain_text("Nothing is shared.")
    assert not LiveShare.objects.exists()


def test_when_the_time_is_over_the_page_says_so_and_offers_it_again(pressed):
    share(pressed)
    LiveShare.objects.update(stopped_at=LiveShare.objects.get().started_at, stopped_by="WITHDRAWAL")
    move(pressed, 2)

    expect(pressed.locator("#share [role=status]")).to_contain_text("This has ended.")
    expect(pressed.locator("#share button")).to_be_visible()


def test_without_a_script_it_is_not_offered(open_page):
    page = open_page(java_script_enabled=False)
    page.click(DANGER)

    expect(page.locator("#share")).to_be_hidden()
    expect(page.locator("noscript")).to_have_count(1)
