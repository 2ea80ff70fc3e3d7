"""A siege: guesses at a code, live screens without end, and a press a second, which feels next to nothing of it."""

import pytest

from tests.faults import siege

pytestmark = pytest.mark.fault

SECONDS, STREAMS = 20, 40  # ./portal bench siege: a minute, 400


@pytest.fixture(scope="module")
def besieged(stack):
    return siege.run(stack, seconds=SECONDS, streams=STREAMS)


def test_it_is_a_siege(besieged):
    assert sum(besieged.guesses.values()) > siege.GUESSERS
    assert besieged.streams > STREAMS  # those that were closed came back


def test_every_press_is_accepted(besieged):
    assert len(besieged.presses) == SECONDS
    assert besieged.refused == []


def test_a_press_takes_not_much_longer_than_without_a_siege(besieged):
    """A busy machine is slow either way: what a siege may cost is compared with the same machine without one."""
    without = max(tried.seconds for tried in besieged.before)

    assert max(tried.seconds for tried in besieged.presses) <= 10 * max(without, 1)


def test_whoever_has_the_right_code_of_the_attacked_row_gets_in(besieged):
    assert besieged.right
    assert all(tried.status == 200 and tried.says_reference for tried in besieged.right)


def test_nothing_breaks_and_the_officer_s_pages_open(besieged):
    assert besieged.guesses.keys() <= {200, 503}
    assert besieged.pages.keys() == {200}


def test_of_two_hundred_presses_within_a_second_none_is_lost_or_refused(stack):
    before = stack.value("SELECT count(*) FROM cases_report")

    pressed = siege.burst(stack, 200)

    assert [tried for tried in pressed if not tried.says_reference] == []
    assert stack.value("SELECT count(*) FROM cases_report") == before + 200
