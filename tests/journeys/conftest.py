"""A browser, and the whole portal behind it."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.stack import Stack

DEMO_PASSWORD = "mangosteen-season"
BETONG = {"latitude": 5.7740, "longitude": 101.0725, "accuracy": 25}


@pytest.fixture
def shots() -> Path:
    """Where pictures go that a person looks at: SHOTS, or nowhere that stays."""
    folder = Path(os.environ.get("SHOTS", "/tmp/protectu-shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def phone(browser: Browser, stack: Stack, **options: Any) -> BrowserContext:
    """A phone of 360 px, in Thai, at Betong unless told otherwise."""
    options = {"geolocation": BETONG, "permissions": ["geolocation"], **options}
    options = {"viewport": {"width": 360, "height": 740}, "locale": "th-TH", **options}
    return browser.new_context(base_url=stack.url, timezone_id="Asia/Bangkok", **options)


def desk(browser: Browser, stack: Stack, username: str) -> Page:
    """An officer's browser at 1280 px, logged in."""
    context = browser.new_context(base_url=stack.url, locale="th-TH", viewport={"width": 1280, "height": 800})
    return log_in(context.new_page(), username)


def log_in(page: Page, username: str) -> Page:
    page.goto("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    return page
