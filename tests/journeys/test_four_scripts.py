"""One way through all of it, in four scripts, on a small phone: home, alert, words, code, back again, withdrawn."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import phone
from tests.stack import Stack

pytestmark = pytest.mark.journey

SCRIPTS = ["th", "my", "km", "lo"]
READ = ["form", "info", "info/rights", "info/signs", "info/after", "info/traces", "info/border"]
READ += ["info/check", "info/numbers", "info/share", "nowhere"]


def words_in(language: str) -> Callable[[str], str]:
    """What a page in this language says for words of ours."""

    def said(words: str) -> str:
        with override(language):
            return gettext(words)

    return said


def travel(page: Page, language: str, look: Callable[[str], None]) -> str:
    """By what stands on the pages, as a person finds it; gives the reference."""
    say = words_in(language)
    page.goto(f"/{language}/")
    look("home")
    page.get_by_role("link", name=say("I need help"), exact=True).first.click()
    look("now")
    page.get_by_role("button", name=say("I am in danger")).click()
    expect(page.locator("main .reference")).to_be_visible()
    reference = page.locator("main .reference").inner_text()
    expect(page.get_by_text(say("Nobody has read it yet."))).to_be_visible()
    look("receipt")
    page.get_by_text(say("Add details")).click()
    page.get_by_label(say("What else should we know?")).fill("42")
    page.get_by_role("button", name=say("Send this too")).click()
    expect(page.get_by_text(say("Thank you. We have what you added."))).to_be_visible()
    look("words")
    page.get_by_role("button", name=say("Get a code to come back")).click()
    expect(page.get_by_role("heading", name=say("Your code to come back"))).to_be_visible()
    code = page.locator(".code").inner_text()
    look("code")
    page.goto(f"/{language}/")
    page.get_by_role("link", name=say("I have a code and come back")).click()
    look("back")
    page.get_by_label(say("Your code, 20 numbers")).fill(code)
    page.get_by_role("button", name=say("Open")).click()
    expect(page.get_by_role("heading", name=say("How far it is"))).to_be_visible()
    expect(page.locator("main .reference")).to_have_text(reference)
    look("came-back")
    page.get_by_text(say("I do not want this any more")).click()
    page.get_by_role("button", name=say("Please stop")).click()
    expect(page.get_by_text(say("You have asked us to stop."))).to_be_visible()
    look("withdrawn")
    return reference


def withdrawn(stack: Stack, reference: str) -> bool:
    query = "SELECT withdrawn_at IS NOT NULL FROM cases_report WHERE reference = %s"
    return bool(stack.value(query, reference))


@pytest.mark.parametrize("language", SCRIPTS)
def test_from_the_first_page_to_the_withdrawal(browser: Browser, stack: Stack, shots: Path, language: str):
    context = phone(browser, stack, permissions=[])
    page = context.new_page()

    def look(name: str) -> None:
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.screenshot(path=shots / f"{language}-{name}.png", full_page=True)

    reference = travel(page, language, look)

    assert withdrawn(stack, reference)
    for path in READ:
        page.goto(f"/{language}/{path}/")
        page.screenshot(path=shots / f"{language}-{path.replace('/', '-')}.png", full_page=True)
    context.close()


def test_without_script_the_whole_way_is_the_same(browser: Browser, stack: Stack):
    context = phone(browser, stack, permissions=[], java_script_enabled=False)

    reference = travel(context.new_page(), "my", lambda name: None)

    assert withdrawn(stack, reference)
    context.close()
