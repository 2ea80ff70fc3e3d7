"""Chromium, as the tests start it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

expect.set_options(timeout=60_000)  # a busy machine makes a test slow, never red
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]


@contextmanager
def launched() -> Iterator[Browser]:
    """--no-sandbox: CI runs as root. --disable-dev-shm-usage: a bare machine has no /dev/shm."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver keeps an event loop in this thread
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", *QUIET],
        )
        yield browser
        browser.close()
