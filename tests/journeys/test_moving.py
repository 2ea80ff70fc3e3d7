"""Somebody moves, and the desk sees it until they stop."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.journeys.conftest import BETONG, desk, phone
from tests.journeys.test_main_job import press, shoot
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.journey

SOON = 60_000  # milliseconds
NEWEST = """SELECT max(ST_Y(p.point::geometry)) FROM cases_position p JOIN cases_report r ON r.id = p.report_id
            WHERE r.reference = %s AND p.share_id IS NOT NULL"""


def move(context: BrowserContext, latitude: float) -> None:
    context.set_geolocation({"latitude": latitude, "longitude": BETONG["longitude"], "accuracy": 25})


def test_the_desk_sees_where_somebody_goes_until_they_stop_it(browser: Browser, stack: Stack, shots: Path):
    context = phone(browser, stack)
    at_betong = context.new_page()
    reference = press(at_betong)
    expect(at_betong.locator("#known")).to_contain_text("25", timeout=SOON)

    at_betong.locator("#share button").click()
    expect(at_betong.locator("#sharing")).to_contain_text("30", timeout=SOON)
    shoot(at_betong, shots, "phone-sharing")
    wait_for(lambda: stack.value(NEWEST, reference), what="the first point")
    officer = desk(browser, stack, "anong")
    officer.goto(f"/desk/cases/{reference}/")
    expect(officer.locator("#moving")).to_contain_text("5.77400", timeout=SOON)
    at_betong.wait_for_timeout(5_500)  # no phone sends more often
    move(context, 5.7790)

    expect(officer.locator("#moving")).to_contain_text("5.77900", timeout=2 * SOON)
    expect(officer.locator(".person-moving")).to_have_count(1)
    shoot(officer, shots, "desk-moving")

    at_betong.locator("#sharing button").first.click()
    expect(officer.locator("#moving")).to_contain_text(re.compile("พบล่าสุด"), timeout=2 * SOON)
    move(context, 5.7990)
    at_betong.wait_for_timeout(6_000)
    assert stack.value(NEWEST, reference) < 5.78
    shoot(at_betong, shots, "phone-stopped")
