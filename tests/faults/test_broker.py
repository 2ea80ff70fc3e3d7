"""Redis, workers and watch may die; an alert that was accepted is told all the same."""

import pytest

from tests.faults.test_broken_on_purpose import BrokenStack
from tests.press import press
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.fault

BETONG = {"latitude": "5.7740", "longitude": "101.0725", "accuracy": "25"}


def told(stack: Stack, reference: str) -> int:
    """How many messages the agencies' duty contact points got: a silent ring tells supervisors as well."""
    mails = [mail for mail in stack.postbox.mails if reference in mail["Subject"]]
    return len([mail for mail in mails if mail["To"].startswith("duty@")])


def owed(stack: Stack, reference: str) -> int:
    """How many agencies were asked: so many messages must arrive."""
    query = "SELECT count(*) FROM cases_dispatch d JOIN cases_case c ON c.id = d.case_id WHERE c.reference = %s"
    return stack.value(query, reference)


def pressed(stack: Stack) -> str:
    return press(stack.url, at=BETONG).reference


def assert_all_told(stack: Stack, reference: str, *, seconds: float = 90) -> None:
    count = owed(stack, reference)
    assert count >= 4
    wait_for(lambda: told(stack, reference) >= count, seconds=seconds, what=f"{count} messages of {reference}")
    assert told(stack, reference) == count


def test_all_is_well_and_the_message_leaves(stack):
    reference = pressed(stack)

    assert_all_told(stack, reference)


def test_a_hint_alone_brings_the_message_to_a_worker(tmp_path):
    stack = BrokenStack(tmp_path, rule="watch_only_hints", where=("watch",))
    try:
        stack.start()
        stack.kill("beat")  # no sweep, and watch takes nothing over: only its hint is left
        for _ in range(3):
            assert_all_told(stack, pressed(stack))
    finally:
        stack.stop()


def test_redis_is_dead_at_the_press(stack):
    with stack.dead("redis"):
        reference = pressed(stack)  # answered while it is

        assert_all_told(stack, reference)


def test_redis_is_frozen_at_the_press(stack):
    with stack.frozen("redis"):
        reference = pressed(stack)  # answered while it is

        assert_all_told(stack, reference)


def test_the_worker_is_dead_at_the_press(stack):
    with stack.dead("worker"):
        reference = pressed(stack)

        assert_all_told(stack, reference)


def test_watch_is_dead_at_the_press(stack):
    with stack.dead("watch"):
        reference = pressed(stack)

        assert_all_told(stack, reference)


def test_escalation_goes_on_without_beat_and_workers(stack):
    with stack.dead("beat"), stack.dead("worker"):
        reference = pressed(stack)
        with stack.connect() as connection:
            connection.execute(
                "UPDATE cases_case SET next_ring_at = now() - interval '1 minute' WHERE reference = %s", [reference]
            )

        wait_for(lambda: stack.value("SELECT ring FROM cases_case WHERE reference = %s", reference) > 1)


def test_a_worker_killed_while_it_delivers_loses_nothing(stack):
    references = [pressed(stack) for _ in range(5)]
    with stack.dead("worker"):
        references += [pressed(stack) for _ in range(5)]

    for reference in references:
        # A row that the dead worker had leased comes due again when the lease has run out.
        wait_for(lambda: told(stack, reference) >= owed(stack, reference), seconds=180, what=reference)  # noqa: B023
