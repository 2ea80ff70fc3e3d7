"""A mail server that refuses, hangs and is mended, with the real outbox and worker: nobody is condemned."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.test_broker import assert_all_told, owed, pressed
from tests.faults.test_parts_down import change
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.fault

FAILING = "SELECT count(*) FROM agencies_contactpoint WHERE failing_since IS NOT NULL"
GIVEN_UP = "SELECT count(*) FROM agencies_notification WHERE state = 'FAILED' AND last_error LIKE 'refused%%'"
REFUSED_TWICE = "SELECT count(*) FROM agencies_notification WHERE last_error LIKE 'refused%%' AND attempts >= 2"
# Of each agency in the province a second mailbox, which is told when the first one fails.
SECOND = """
from django.utils.timezone import now
from agencies.models import Agency, ContactPoint
for agency in Agency.objects.filter(province="95"):
    known = {"verified_at": now(), "confirmed_at": now(), "priority": 9}
    ContactPoint.objects.create(agency=agency, address=f"second-{agency.pk}@agency.example", **known)
"""


@pytest.fixture
def mended(stack: Stack) -> Iterator[Stack]:
    yield stack
    stack.postbox.judge = None


@pytest.mark.parametrize("said", ["554 5.7.1 Relay access denied", "550 5.1.1 User unknown"])
def test_a_relay_that_refuses_everybody_for_seconds_condemns_nobody_and_loses_nothing(mended, said):
    before = mended.value(FAILING)

    async def refuse(address: str) -> str:
        return said

    mended.postbox.judge = refuse
    first = pressed(mended)
    wait_for(lambda: mended.value(REFUSED_TWICE) >= owed(mended, first), seconds=120, what="each to be refused twice")

    mended.postbox.judge = None
    second = pressed(mended)

    assert_all_told(mended, second)
    assert_all_told(mended, first, seconds=120)
    assert mended.value(FAILING) == before
    assert mended.value(GIVEN_UP) == 0


def test_a_worker_that_is_killed_in_the_third_attempt_leaves_the_next_address_told_once(mended):
    """And watch with it, so that nobody who began that attempt can write down how it ended."""
    mended.manage("shell", "-c", SECOND)
    asked, third = Counter[str](), threading.Event()

    async def put_off(address: str) -> str:
        if address.startswith("second-"):
            return ""
        asked[address] += 1
        if asked[address] == 3:
            third.set()
            await asyncio.sleep(3600)
        return "451 4.3.0 later"

    mended.postbox.judge = put_off
    reference = pressed(mended)
    agencies = owed(mended, reference)
    assert third.wait(120)
    wait_for(lambda: sum(1 for times in asked.values() if times >= 3) >= agencies, seconds=60)

    with mended.dead("worker"), mended.dead("watch"):
        change(mended, "UPDATE agencies_notification SET leased_until = now() WHERE state = 'SENDING'")

    def told() -> Counter[str]:
        mails = [mail["To"] for mail in mended.postbox.mails if reference in mail["Subject"]]
        return Counter(to for to in mails if to.startswith("second-"))

    wait_for(lambda: len(told()) >= agencies, seconds=120, what="each agency's second mailbox")
    wait_for(lambda: min(asked.values()) >= 5, seconds=120, what="two more attempts at the first ones")
    assert set(told().values()) == {1}
