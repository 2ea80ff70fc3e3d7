"""A new address for the hospital of Betong: proposed by one administrator, confirmed by another, and then told."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import desk, phone
from tests.journeys.test_main_job import press
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.journey

HOSPITAL = "โรงพยาบาลเบตง"
NEW = "night@hospital-9502.example"
OLD = "duty@hospital-9502.example"
CODE = re.compile(r"\d{4} \d{4}")


def open_hospital(page: Page) -> None:
    page.goto("/directory/?q=เบตง")
    page.get_by_role("link", name=HOSPITAL).click()


def code_in_mail(stack: Stack) -> str:
    [mail] = wait_for(lambda: stack.postbox.to(NEW), what="the code to arrive")
    found = CODE.search(mail.get_content())
    assert found
    return found[0]


def test_an_alert_reaches_an_address_that_two_administrators_have_entered(browser: Browser, stack: Stack):
    krit, nida = desk(browser, stack, "krit"), desk(browser, stack, "nida")
    open_hospital(krit)
    krit.locator("a[href$='/contacts/new/']").click()
    krit.locator("[name=transport][value=EMAIL]").check()
    krit.fill("[name=address]", NEW)
    krit.press("[name=address]", "Enter")
    krit.fill("[name=code]", code_in_mail(stack))
    krit.press("[name=code]", "Enter")
    expect(krit.locator("main")).to_contain_text("รอเจ้าหน้าที่อีกคนยืนยัน")
    wait_for(lambda: stack.postbox.to(OLD), what="the old address to hear of it")

    nida.goto("/directory/waiting/")
    nida.locator(".line-next a").click()
    expect(nida.locator("main")).to_contain_text(NEW)
    nida.locator("form[action*='/changes/'] button").first.click()
    expect(nida.locator(".messages")).not_to_be_empty()

    # The old address goes the same way, so that the new one is asked first.
    open_hospital(nida)
    nida.locator(f".asked:has-text('{OLD[:2]}•••') a[href$='/remove/']").click()
    nida.locator("form button.button-danger").click()
    krit.goto("/directory/waiting/")
    krit.locator(".line-next a").click()
    krit.locator("form[action*='/changes/'] button").first.click()
    expect(krit.locator(".messages")).not_to_be_empty()

    reference = press(phone(browser, stack).new_page())

    wait_for(
        lambda: [m for m in stack.postbox.to(NEW) if reference in m["Subject"]], what="the alert at the new address"
    )
    assert not [mail for mail in stack.postbox.to(OLD) if reference in mail["Subject"]]
