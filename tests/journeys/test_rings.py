"""Rings are changed by two, and an alert follows them; a red case is called down the list on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DEMO_PASSWORD, desk, phone
from tests.journeys.test_main_job import press, shoot
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.journey

# No other journey is there: the rings stay as this one leaves them.
NARATHIWAT = {"latitude": 6.4264, "longitude": 101.8231, "accuracy": 20}
RINGS = "/directory/rings/96/EMERGENCY/"
SOON = 60_000  # milliseconds


def asked(stack: Stack, reference: str) -> list[str]:
    query = """SELECT d.why FROM cases_dispatch d JOIN cases_case c ON c.id = d.case_id
               WHERE c.reference = %s ORDER BY d.id"""
    return [why for (why,) in stack.rows(query, reference)]


def login_on_a_phone(browser: Browser, stack: Stack, username: str) -> Page:
    page = phone(browser, stack).new_page()
    page.goto("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def test_two_change_the_rings_an_alert_follows_and_the_red_case_is_called(
    browser: Browser, stack: Stack, shots: Path
):
    mali, krit = desk(browser, stack, "mali"), desk(browser, stack, "krit")

    # One supervisor tries and proposes: the desk and one more, a minute, and then the national desk.
    mali.goto(RINGS + "propose/")
    mali.fill("[name=rings-0-how_many]", "1")
    mali.fill("[name=rings-0-minutes]", "1")
    mali.locator("button[value=out-2]").click()
    mali.locator("#rings-map").click(position={"x": 200, "y": 150})
    expect(mali.locator("[name=at]")).not_to_have_value("")
    mali.fill("[name=at]", "6.4264, 101.8231")
    mali.locator("#preview button[value=preview]").click()
    first = mali.locator("#preview article").first
    expect(first.locator(":scope > .told > li")).to_have_count(2)
    assert mali.locator(".told-pin").count() >= 2
    shoot(mali, shots, "rings-tried")
    mali.locator("button[value=propose]").click()
    expect(mali.locator(".waiting")).to_be_visible()
    expect(mali.locator("form[action$='/confirm/']")).to_have_count(0)

    # Another person confirms.
    krit.goto("/directory/rings/")
    krit.locator(".plain a").first.click()
    krit.locator("form[action$='/confirm/'] button").click()
    expect(krit.locator(".message.success")).to_be_visible()
    shoot(krit, shots, "rings-confirmed")

    # An alert follows the new plan.
    reference = press(phone(browser, stack, geolocation=NARATHIWAT).new_page())
    # Before the phone knows where it is, the national desk is asked; then the desk and one more.
    of_the_place = ["DESK", "NEAREST"]
    wait_for(lambda: asked(stack, reference)[-2:] == of_the_place, what="the desk and one more to be asked")
    assert asked(stack, reference) in (of_the_place, ["NATIONAL_DESK", *of_the_place])

    # Nobody answers: red, and called down the list on a telephone.
    red = "SELECT count(*) FROM cases_case WHERE reference = %s AND red_since IS NOT NULL"
    wait_for(lambda: stack.value(red, reference) == 1, what="the case to turn red", seconds=180)
    night = login_on_a_phone(browser, stack, "mali")
    expect(night.locator("#red .alarm")).to_be_visible(timeout=2 * SOON)  # the light asks again every half minute
    night.locator("#red a").click()
    line, following = night.locator(f"#go-{reference}"), night.locator(".paging a[href*='after=']")
    night.wait_for_url("**/desk/?state=red")
    while not line.is_visible():  # the longest waiting come first, and the fault runs leave some
        with night.expect_navigation():
            following.click()
    line.click()
    night.locator("#next a").click()
    expect(night.locator("details.rung[open]").first).to_be_visible()
    shoot(night, shots, "calls-on-a-phone")
    rung = night.locator("details.rung").first
    if rung.get_attribute("open") is None:
        rung.locator("summary").first.click()
    rung.locator("button[value=TOOK_IT]").click()
    expect(night.locator("#state .state-held")).to_be_visible()
    call = """SELECT n.result FROM cases_callnow n JOIN cases_case c ON c.id = n.case_id WHERE c.reference = %s"""
    assert stack.value(call, reference) == "HELD"
