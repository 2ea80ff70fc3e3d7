"""Asking well: a form that can be skipped, obeyed by the desk and by the rings, with and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import desk, phone
from tests.journeys.test_main_job import POLICE, SOON, shoot, told
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.journey


def choose(page: Page, name: str, *values: str) -> None:
    for value in values:
        page.locator(f"main form [name={name}][value='{value}']").check()


def unfold(page: Page, text: str) -> None:
    page.get_by_text(text, exact=True).click()


def send(page: Page) -> str:
    page.locator("main form button").last.click()
    reference = page.locator("main .reference")
    expect(reference).to_be_visible(timeout=SOON)
    return reference.inner_text()


def test_police_who_are_refused_are_not_told_and_the_desk_reads_how_to_call(
    browser: Browser, stack: Stack, shots: Path
):
    plain = phone(browser, stack, java_script_enabled=False).new_page()
    plain.goto("/th/form/")
    plain.fill("[name=narrative]", "เขาไม่ให้ฉันออกไป")
    plain.fill("[name=place]", "5.7740, 101.0725")
    choose(plain, "in_danger_now", "yes")
    choose(plain, "may_tell", "NEAREST_HELP")
    expect(plain.locator("[name=contact]")).to_be_hidden()
    choose(plain, "safe_contact", "AS_WRITTEN")
    plain.fill("[name=contact]", "081 234 5678")
    choose(plain, "contact_ways", "TEXT")
    unfold(plain, "เพิ่มเติม เพื่อให้ปลอดภัยขึ้น")
    plain.fill("[name=code_word]", "มังคุด")
    unfold(plain, "ใครรู้เรื่องที่คุณเขียนได้บ้าง")
    choose(plain, "know_police", "no")
    shoot(plain, shots, "form-filled")

    reference = send(plain)

    wait_for(lambda: len(told(stack, reference)) >= 2, what="the desk and others to be told")
    assert POLICE not in told(stack, reference)
    officer = desk(browser, stack, "anong")
    officer.goto(f"/desk/cases/{reference}/")
    contact = officer.locator("section.contact")
    for words in ("ห้ามโทร", "ส่งข้อความ SMS ได้", "พูดคำรหัสก่อน: มังคุด"):
        expect(contact).to_contain_text(words)
    expect(officer.locator("#limits")).to_contain_text("ตำรวจและอัยการ")
    shoot(officer, shots, "desk-contact")


def test_without_a_word_nobody_is_contacted_and_the_details_stay_hidden(browser: Browser, stack: Stack):
    page = phone(browser, stack).new_page()
    page.goto("/th/form/")
    page.fill("[name=narrative]", "เขาไม่ให้ฉันออกไป")
    page.fill("[name=place]", "5.7740, 101.0725")
    choose(page, "in_danger_now", "yes")
    choose(page, "safe_contact", "ANY_TIME")
    page.fill("[name=contact]", "081 234 5678")
    choose(page, "safe_contact", "DO_NOT_CONTACT")
    expect(page.locator("[name=contact]")).to_be_hidden()

    reference = send(page)

    officer = desk(browser, stack, "anong")
    officer.goto(f"/desk/cases/{reference}/")
    expect(officer.locator("section.contact")).not_to_contain_text("081")
    officer.locator("section.contact summary").click()
    officer.fill("section.contact textarea", "เด็กถูกขังอยู่ในห้อง")
    officer.locator("section.contact button").click()
    expect(officer.locator("section.contact")).to_contain_text("081 234 5678")


def test_what_is_said_by_telephone_is_written_down_and_somebody_else_can_only_forbid(
    browser: Browser, stack: Stack, shots: Path
):
    page = phone(browser, stack).new_page()
    page.goto("/th/now/")
    reference = send(page)
    officer = desk(browser, stack, "anong")
    officer.goto(f"/desk/cases/{reference}/")
    contact = officer.locator("section.contact")
    expect(contact).to_contain_text("ห้ามติดต่อ")
    contact.get_by_role("link").last.click()
    choose(officer, "heard", "ANOTHER")
    choose(officer, "safe_contact", "ANY_TIME")
    choose(officer, "parts", "EVENING")
    officer.fill("[name=contact]", "081 234 5678")
    officer.locator("main form button").last.click()
    expect(officer.locator("main .error")).to_be_visible()
    shoot(officer, shots, "told-by-another")

    expect(officer.locator("[name=contact]")).to_have_value("081 234 5678")
    choose(officer, "heard", "PHONE")
    officer.locator("main form button").last.click()

    for words in ("081 234 5678", "18:00–22:00", "อนงค์"):
        expect(contact).to_contain_text(words)
    shoot(officer, shots, "told")


def test_a_child_is_asked_nothing_about_force(browser: Browser, stack: Stack, shots: Path):
    page = phone(browser, stack, java_script_enabled=False).new_page()
    page.goto("/th/form/")
    page.fill("[name=narrative]", "หนูอยากกลับบ้าน")
    unfold(page, "บอกเพิ่มได้ ถ้าคุณต้องการ")
    expect(page.locator("#id_exploitation")).to_be_visible()

    choose(page, "under_18", "yes")

    expect(page.locator("#id_exploitation")).to_be_hidden()
    expect(page.locator(".young")).to_be_visible()
    shoot(page, shots, "form-young")
    reference = send(page)
    assert page.url.endswith("/th/form/")
    assert stack.value("SELECT is_under_18 FROM cases_report WHERE reference = %s", reference) is True
