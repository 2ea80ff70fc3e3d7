"""The main job, end to end: an alert pressed in Betong is acknowledged by the nearest agency."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import desk, phone
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.journey

LINK = re.compile(r"http://\S+/a/\S+/")
POLICE = "สถานีตำรวจภูธรเบตง"
SOON = 60_000  # milliseconds


def press(page: Page, button: str = "NEAREST_HELP") -> str:
    """Press once, and read the reference on the page that follows."""
    page.goto("/th/now/")
    page.locator(f"button[value={button}]").click()
    reference = page.locator("main .reference")
    expect(reference).to_be_visible(timeout=SOON)
    return reference.inner_text()


def told(stack: Stack, reference: str) -> set[str]:
    """The Thai names of the agencies whose mail server took a message about this alert."""
    query = """SELECT a.name_th FROM agencies_notification n JOIN agencies_contactpoint p ON p.id = n.contact_point_id
               JOIN agencies_agency a ON a.id = p.agency_id WHERE n.state = 'SENT' AND n.subject LIKE %s"""
    return {name for (name,) in stack.rows(query, f"%{reference}%")}


def link_to_police(stack: Stack, reference: str) -> str:
    """The link in the mail that Betong's police station received."""
    wait_for(lambda: POLICE in told(stack, reference), what="the police station to be told")
    [link] = {
        LINK.search(mail.get_content())[0]  # type: ignore[index]
        for mail in stack.postbox.mails
        if reference in mail["Subject"] and mail["To"].startswith("duty@police-stn-9502")
    }
    return link


def take(page: Page, link: str) -> None:
    """The responder opens the link, says who goes, and takes the case."""
    page.goto(link)
    page.fill("[name=name]", "ส.ต.ต. พิม")
    page.fill("[name=arrival_minutes]", "12")
    page.get_by_role("button", name="รับเรื่อง").click()
    expect(page.locator(".state-held")).to_be_visible()


def shoot(page: Page, shots: Path, name: str) -> None:
    page.screenshot(path=shots / f"{name}.png", full_page=True)


def test_pressed_in_betong_acknowledged_by_the_police_seen_by_the_desk(browser: Browser, stack: Stack, shots: Path):
    queue, overview = desk(browser, stack, "anong"), desk(browser, stack, "somchai")
    queue.goto("/desk/")
    queue.evaluate("window.wasNotReloaded = true")
    overview.goto("/map/")
    at_betong = phone(browser, stack).new_page()

    reference = press(at_betong)

    expect(at_betong.locator("#known")).to_contain_text("25", timeout=SOON)
    shoot(at_betong, shots, "phone-sent")
    line = queue.locator(f"#line-{reference}")
    expect(line).to_have_attribute("data-state", "waiting", timeout=SOON)
    shoot(queue, shots, "desk-queue-waiting")

    take(phone(browser, stack).new_page(), link_to_police(stack, reference))

    expect(line).to_have_attribute("data-state", "held", timeout=SOON)
    assert queue.evaluate("window.wasNotReloaded") is True
    on_the_map = overview.locator(f"[data-reference='{reference}']")
    expect(on_the_map).to_contain_text("มีผู้รับแล้ว", timeout=SOON)
    shoot(queue, shots, "desk-queue-held")
    shoot(overview, shots, "map")
    at_betong.locator("section.state button").click()
    expect(at_betong.locator("section.state")).to_contain_text("●")


def test_the_same_without_javascript(browser: Browser, stack: Stack, shots: Path):
    plain = phone(browser, stack, java_script_enabled=False).new_page()

    reference = press(plain)
    plain.select_option("[name=area]", "95")
    plain.locator("#ask form:first-of-type button").click()
    plain.select_option("[name=area]", "9502")
    plain.fill("[name=landmark]", "หลังตลาดสด")
    plain.locator("#ask form:first-of-type button").click()

    shoot(plain, shots, "phone-no-javascript")
    responder = phone(browser, stack, java_script_enabled=False).new_page()
    take(responder, link_to_police(stack, reference))
    responder.fill("[name=pin]", "2468")
    responder.locator("form[action$='/place/'] button").click()
    expect(responder.get_by_text("หลังตลาดสด")).to_be_visible()
    shoot(responder, shots, "responder-place")
    plain.locator("section.state button").click()
    expect(plain.locator("section.state")).to_contain_text("●")
    assert stack.value("SELECT count(*) FROM cases_report WHERE reference = %s", reference) == 1


def test_geolocation_denied_asks_for_the_place_in_words(browser: Browser, stack: Stack, shots: Path):
    denied = phone(browser, stack, permissions=[]).new_page()

    reference = press(denied)

    expect(denied.locator("#ask")).to_be_visible()
    wait_for(lambda: told(stack, reference), what="the national desk to be told without a place")
    assert POLICE not in told(stack, reference)
    denied.select_option("[name=area]", "95")
    denied.locator("#ask form:first-of-type button").click()
    expect(denied.locator("[name=area] option[value='9502']")).to_be_attached(timeout=SOON)
    denied.select_option("[name=area]", "9502")
    denied.locator("#ask form:first-of-type button").click()
    link_to_police(stack, reference)
    shoot(denied, shots, "phone-denied")


def test_social_workers_only_tells_no_police(browser: Browser, stack: Stack):
    page = phone(browser, stack).new_page()

    reference = press(page, "SOCIAL_WORKERS")
    expect(page.locator("#known")).to_contain_text("25", timeout=SOON)
    wait_for(lambda: len(told(stack, reference)) >= 2, what="the desks to be told")

    kinds = """SELECT DISTINCT a.kind FROM cases_dispatch d JOIN cases_case c ON c.id = d.case_id
               JOIN agencies_agency a ON a.id = d.agency_id WHERE c.reference = %s"""
    assert {kind for (kind,) in stack.rows(kinds, reference)} <= {"PSDHS", "OSCC"}


def test_a_double_press_is_one_report(browser: Browser, stack: Stack):
    page = phone(browser, stack).new_page()
    page.goto("/th/now/")
    before = stack.value("SELECT count(*) FROM cases_report")

    page.locator("button[value=NEAREST_HELP]").dblclick()

    expect(page.locator("main .reference")).to_be_visible(timeout=SOON)
    assert stack.value("SELECT count(*) FROM cases_report") == before + 1


def test_the_pin_on_the_map_loads_only_when_asked_for_and_from_nobody_else(
    browser: Browser, stack: Stack, shots: Path
):
    page = phone(browser, stack, permissions=[]).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    reference = press(page)
    assert not [url for url in asked if "leaflet" in url]

    page.locator("#pin button").first.click()
    page.locator(".leaflet-container").click(position={"x": 150, "y": 120})
    page.locator("#pin button:visible").last.click()

    pins = """SELECT count(*) FROM cases_position p JOIN cases_report r ON r.id = p.report_id
              WHERE r.reference = %s AND p.source = 'PIN'"""
    wait_for(lambda: stack.value(pins, reference) == 1, what="the pin to be stored")
    assert all(url.startswith((stack.url, "data:")) for url in asked)
    shoot(page, shots, "phone-pin")
