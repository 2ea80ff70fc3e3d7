"""A browser for tests that share a database with the page it opens; journeys have the portal behind theirs."""

import os

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

expect.set_options(timeout=15_000)  # two cores, shared


@pytest.fixture(scope="module")
def browser(django_db_setup):
    """A browser of this file's own: with it ends its driver's event loop, and what Django opened inside of that.

    --no-sandbox: CI runs as root. --disable-dev-shm-usage: a bare machine has no /dev/shm.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield browser
        browser.close()
        connections.close_all()
