"""A clock is wrong for seconds, that of one process or of the whole machine: nobody hears of an alert much later."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.faults.clocks import StackWithClocks
from tests.faults.test_broker import BETONG, assert_all_told, owed, told
from tests.faults.test_parts_down import health
from tests.press import press
from tests.stack import wait_for

pytestmark = pytest.mark.fault

HOUR, DAY = 3600, 86_400
OFFSETS = [30, -30, HOUR, -HOUR, DAY, -DAY]
WHOLE = ("postgres", "redis", "web", "worker", "beat", "watch")
NEXT_RING = "SELECT extract(epoch FROM next_ring_at - clock_timestamp()) FROM cases_case WHERE reference = %s"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackWithClocks]:
    stack = StackWithClocks(tmp_path_factory.mktemp("clocks"), name="clocks")
    try:
        stack.compile()
        stack.start()
        yield stack
    finally:
        stack.stop()


def assert_ring_in_time(stack: StackWithClocks, reference: str) -> None:
    """The first ring waits five minutes, by whatever clock it was written."""
    wait_for(lambda: stack.value(NEXT_RING, reference) <= 311, what="the next ring to come when it comes for all")


def is_ready(stack: StackWithClocks) -> list[str]:
    with suppress(HTTPError), urlopen(f"{stack.url}/health/ready/", timeout=60):
        return []
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{stack.url}/health/ready/", timeout=60)
    with refused.value as answer:
        return json.loads(answer.read())["problems"]


@contextmanager
def mail_away(stack: StackWithClocks) -> Iterator[None]:
    stack.smtp.stop()
    try:
        yield
    finally:
        stack.smtp = stack.mail_server()
        stack.smtp.start()


@pytest.mark.parametrize("part", ["web", "watch", "worker", "beat"])
def test_the_clock_of_one_part_is_wrong_and_every_first_word_leaves(stack, part):
    for seconds in OFFSETS:
        with stack.ahead(part, seconds=seconds):
            reference = press(stack.url, at=BETONG).reference
            assert_all_told(stack, reference)
            assert_ring_in_time(stack, reference)


def test_beat_ends_when_its_clock_is_set_and_the_next_one_is_right_at_once(stack):
    wait_for(stack.is_well, seconds=120, what="a beat that runs")
    days = count(1)

    def ended() -> bool:
        """Set anew each time: the beat of the test before may just have begun, by whatever clock it found."""
        stack.set_ahead("beat", seconds=next(days) * DAY)
        return stack.has_beat_ended()

    with stack.ahead("beat", seconds=0):
        wait_for(ended, what="beat to end")
    with stack.connect() as connection:
        connection.execute("UPDATE agencies_heartbeat SET at = at - interval '61 seconds' WHERE process = 'WORKER'")

    wait_for(stack.is_well, seconds=120, what="beat to schedule what workers do")


def test_a_web_whose_clock_is_wrong_is_not_ready_and_the_light_burns_for_each_other_part(stack):
    with stack.ahead("web", seconds=HOUR):
        wait_for(lambda: is_ready(stack) == ["clock"])
        assert press(stack.url, at=BETONG).says_reference
    with stack.ahead("watch", seconds=-HOUR):
        wait_for(
            lambda: abs(health(stack)["clocks"]["watch"] + HOUR) < 5, what="watch to say that its clock is wrong"
        )
        assert "clock" in health(stack)["problems"]
    wait_for(stack.is_well, seconds=120, what="all to be well again")


def test_the_clock_of_the_whole_machine_is_wrong_and_what_was_owed_meanwhile_leaves_when_it_is_right(stack):
    references = []
    with mail_away(stack):
        for seconds in OFFSETS:
            with stack.ahead(*WHOLE, seconds=seconds):
                wait_for(lambda: "clock" in health(stack).get("problems", []), what="the light")
                references.append(press(stack.url, at=BETONG).reference)

    for reference in references:
        wait_for(lambda: told(stack, reference) >= owed(stack, reference), seconds=90, what=reference)  # noqa: B023
        assert_ring_in_time(stack, reference)
    wait_for(stack.is_well, seconds=120, what="all to be well again")
