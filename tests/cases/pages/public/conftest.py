"""A phone that keeps nothing, with and without a browser, and ways to read its pages."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from playwright.sync_api import expect

from agencies.models import Hotline
from cases.pages.public.place import fix_read

FORM = "application/x-www-form-urlencoded"
DANGER = "button[value=NEAREST_HELP]"
BETONG = (5.774, 101.0725)  # the town: latitude, longitude


class Phone:
    """A phone that posts as a browser does: urlencoded, with `Origin: null`, as pages without a referrer do."""

    def __init__(self):
        self.client = Client(enforce_csrf_checks=True)

    def get(self, address, **headers):
        return self.client.get(address, headers=headers)

    def post(self, address, fields=(), **headers):
        return self.send(address, urlencode(fields, doseq=True), **headers)

    def send(self, address, body, content_type=FORM, **headers):
        return self.client.generic("POST", address, body, content_type, headers={"origin": "null", **headers})

    def press(self, language="th", **fields):
        return self.post(f"/{language}/now/", {"may_tell": "NEAREST_HELP", **fields})


@pytest.fixture
def phone():
    return Phone()


@pytest.fixture
def hotlines(db):
    for hotline in Hotline.from_file():
        hotline.save()


@pytest.fixture
def broken_database(monkeypatch):
    """Refuse each connection, as a server that is down or an empty pool does. Return the list of attempts."""
    asked = []

    def refuse(*args, **kwargs):
        asked.append(args)
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", refuse)
    return asked


@pytest.fixture
def open_page(browser, live_server, directory):
    """Return a function that opens a page on a phone 360 pixels wide; `page.asked` lists its requests."""
    contexts = []

    def open_page(address="/en/now/", **options):
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": 360, "height": 740}, locale="th-TH", **options
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append((request.method, request.url)))
        page.on("console", lambda said: page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


def reference_in(page):
    expect(page.locator(".reference")).to_be_visible()
    return page.locator(".reference").inner_text()


def text_of(response):
    """Return what a person reads, without tags, style and script."""
    page = re.sub(r"<(style|script).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def hidden(response, name):
    """Return the value of the first hidden field of this name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return unescape(found.group(1)) if found else None


def reference_on(response):
    return re.search(r'class="reference">([^<]+)<', response.content.decode()).group(1)


def read_place(text, near=""):
    """Return the latitude and longitude that the words give, to four decimals."""
    fix = fix_read(text, near=near)
    return fix and (round(fix.latitude, 4), round(fix.longitude, 4))
