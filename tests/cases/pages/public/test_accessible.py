"""Every page in every language meets WCAG 2.2 AA, as far as a machine can tell."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from cases.models import Article
from tests.cases.pages.public.conftest import DANGER, reference_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_accessibility_is_broken(open_page, scheme):
    page = open_page("/th/", color_scheme=scheme)
    found = {}
    for address in ("/th/", "/th/now/", "/th/form/", "/nowhere/"):
        page.goto(address)
        found[address] = Axe().run(page, options=WCAG)
    page.goto("/th/now/")
    page.click(DANGER)
    reference_in(page)
    page.locator("#pin button").first.click()
    expect(page.locator(".map")).to_be_focused()
    found["receipt"] = Axe().run(page, options=WCAG)

    assert {name: axe.generate_report() for name, axe in found.items() if axe.violations_count} == {}


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_no_rule_of_accessibility_is_broken_in_any_language(open_page, hotlines, language):
    page = open_page(f"/{language}/")
    read = ["", "check/", "numbers/", "share/", *(f"{slug}/" for slug in Article.Slug.values)]
    found = {}
    for path in ("", "now/", "form/", "back/", *(f"info/{each}" for each in read)):
        page.goto(f"/{language}/{path}")
        found[path] = Axe().run(page, options=WCAG)

    assert {path: axe.generate_report() for path, axe in found.items() if axe.violations_count} == {}
