"""At the end of a shift: on a phone, Anong hands over to Somchai, who takes it with one press."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import log_in, phone
from tests.stack import Stack

pytestmark = pytest.mark.journey


def fits(page: Page) -> bool:
    """Nothing stands beside a screen of 360 px."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_anong_hands_over_and_somchai_takes_it_with_one_press(browser: Browser, stack: Stack, shots: Path):
    anong, somchai = (log_in(phone(browser, stack).new_page(), name) for name in ("anong", "somchai"))
    anong.goto("/duty/")
    expect(anong.locator("main")).to_contain_text("อนงค์")
    assert fits(anong)
    anong.screenshot(path=shots / "phone-duty.png", full_page=True)

    anong.get_by_role("link", name="ส่งเวร").click()
    expect(anong.locator("[name=note]")).to_be_visible()  # the next page, not the one that is going
    assert fits(anong)
    anong.select_option("[name=to]", label="สมชาย")
    anong.fill("[name=note]", "รอโทรศัพท์จาก สภ.เบตง ภายใน 22:00 น.")
    anong.screenshot(path=shots / "phone-hand-over.png", full_page=True)
    anong.get_by_role("button", name="ส่งเวร").click()
    expect(anong.locator(".hand-over")).to_contain_text("ยังไม่ได้รับเวร")

    somchai.goto("/desk/hand-over/")
    expect(somchai.locator("blockquote")).to_contain_text("รอโทรศัพท์จาก สภ.เบตง")
    assert fits(somchai)
    somchai.screenshot(path=shots / "phone-take-over.png", full_page=True)
    somchai.get_by_role("button", name="รับเวร").click()

    expect(somchai.locator(".messages")).to_contain_text("ท่านอยู่เวรจนถึง")
    expect(somchai.locator(".hand-over")).to_have_count(0)
    on_duty = """SELECT o.username FROM agencies_duty d JOIN agencies_officer o ON o.id = d.officer_id
                 JOIN agencies_agency a ON a.id = d.agency_id
                 WHERE now() >= starts_at AND now() < ends_at AND a.kind = 'PSDHS'"""
    assert stack.rows(on_duty) == [("somchai",)]
    # Five seconds at most, and the head of every page of the desk names him.
    anong.wait_for_timeout(5_500)
    anong.goto("/desk/")
    anong.get_by_text("เมนู").click()
    expect(anong.locator(".on-duty")).to_contain_text("เวร: สมชาย")
