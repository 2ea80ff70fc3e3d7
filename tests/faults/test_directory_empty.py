"""No agency at all: an alert is taken all the same, is red at once, and stands on the screens of the desks."""

import re
from collections.abc import Iterator
from html import unescape
from random import Random

import pytest

from insight.management.commands.simulate import demo_logins
from insight.simulation.answering import InventedOfficer
from insight.simulation.browser import Browser
from tests.cluster import StackAlone
from tests.faults.test_broker import BETONG
from tests.press import get, post, press
from tests.stack import wait_for

pytestmark = pytest.mark.fault

UNASKED = "red_since IS NOT NULL AND NOT EXISTS (SELECT FROM cases_dispatch d WHERE d.case_id = c.id)"


@pytest.fixture
def empty(alone: StackAlone) -> Iterator[StackAlone]:
    """Nobody is active. The officers still have their logins, or there would be no desk to look at.

    Afterwards the last ring comes at once: it asks who is there again, and the light that nobody was told goes out.
    """
    with alone.connect() as connection:
        connection.execute("UPDATE agencies_agency SET is_active = false")
        yield alone
        connection.execute("UPDATE agencies_agency SET is_active = true")
        connection.execute(f"UPDATE cases_case c SET next_ring_at = now() WHERE {UNASKED}")
    unasked = f"SELECT count(*) FROM cases_case c WHERE {UNASKED}"
    wait_for(lambda: alone.value(unasked) == 0, what="those who are back to be asked")


def queue_of(stack: StackAlone, officer: str) -> str:
    """All pages of the officer's queue: the tests before left more red cases than one page shows."""
    browser: Browser = InventedOfficer(
        stack.url, username=officer, password=demo_logins()[1], random=Random(1)
    ).browser
    shown = page = browser.get("/desk/").text
    while following := re.search(r'href="(\?after=[^"]+)"', page):
        page = browser.get(f"/desk/{unescape(following[1])}").text
        shown += page
    return shown


@pytest.mark.parametrize("may_tell", ["NEAREST_HELP", "SOCIAL_WORKERS"])
def test_an_alert_that_nobody_can_be_told_of_is_taken_and_red(empty, may_tell):
    reference = press(empty.url, may_tell, at=BETONG).reference

    [[is_red, asked, retried_in]] = empty.rows(
        "SELECT red_since IS NOT NULL, (SELECT count(*) FROM cases_dispatch d WHERE d.case_id = c.id),"
        " extract(epoch FROM next_ring_at - now())::int FROM cases_case c WHERE reference = %s",
        reference,
    )
    assert (is_red, asked) == (True, 0)
    assert 0 < retried_in <= 600  # who is added meanwhile is asked then
    for officer in ("anong", "mali"):
        assert reference in queue_of(empty, officer), officer


def test_a_written_report_in_no_danger_is_taken_too(empty):
    page = get(f"{empty.url}/th/form/")
    answer = post(f"{empty.url}/th/form/", {**page.hidden, "narrative": "ทดสอบ", "area": "95"})

    assert reference_in(empty, answer.reference) == 1


def reference_in(stack: StackAlone, reference: str) -> int:
    return stack.value("SELECT count(*) FROM cases_report WHERE reference = %s", reference)
