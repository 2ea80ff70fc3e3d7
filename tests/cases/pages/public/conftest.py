"""A phone that keeps nothing, and what stands on its pages."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from agencies.models import Hotline

FORM = "application/x-www-form-urlencoded"


class Phone:
    """Posts as a browser does: urlencoded, with `Origin: null`, as pages without a referrer do."""

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
    """No connection comes: the server is down, or its pool is empty."""

    def refuse(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", refuse)


def text_of(response):
    """What a person reads: no tags, no style, no script."""
    page = re.sub(r"<(style|script).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def hidden(response, name):
    """The value of the first hidden field of this name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return unescape(found.group(1)) if found else None


def reference_on(response):
    return re.search(r'class="reference">([^<]+)<', response.content.decode()).group(1)
