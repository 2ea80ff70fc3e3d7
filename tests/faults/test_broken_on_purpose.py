"""Would the killing notice? The same run, with one rule of delivery broken in the processes, must find fault."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.cluster import StackAlone
from tests.faults import killing

pytestmark = [pytest.mark.fault, pytest.mark.killing]

ALERTS, SEED = 30, 7


@dataclass
class BrokenStack(StackAlone):
    """One rule does not hold in some of its processes."""

    rule: str = ""
    where: tuple[str, ...] = ("worker", "watch")

    def commands(self) -> dict[str, list[str]]:
        commands = super().commands()
        for name in self.where:
            python, *program = commands[name]
            program = program[1:] if program[0] == "-m" else program
            commands[name] = [python, "-m", "tests.faults.broken", self.rule, *program]
        return commands

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "DJANGO_SETTINGS_MODULE": "protectu.settings"}


@pytest.fixture
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], BrokenStack]]:
    stacks = []

    def start(rule: str, *, slowness: float = 0.5) -> BrokenStack:
        stacks.append(BrokenStack(tmp_path_factory.mktemp("broken"), rule=rule))
        stacks[-1].postbox.slowness = slowness  # seconds, so that hands are caught while they send
        stacks[-1].start()
        return stacks[-1]

    yield start
    for stack in stacks:
        stack.stop()


def test_without_a_lease_it_sees_that_people_were_told_twice(broken):
    # It never settles: each hand takes from the one before it what that one is sending.
    outcome = killing.run(broken("without_a_lease"), alerts=ALERTS, seed=SEED, parts=(), seconds_more=20, until=())

    assert outcome.came_twice > 10 * killing.MOST_TWICE * len(outcome.verdict["owed"])
    assert any("told twice" in problem for problem in outcome.problems())


def test_recorded_before_it_is_sent_it_sees_what_was_lost(broken):
    # So slow that there is something to send for as long as the strikes take, also on a busy machine.
    stack = broken("recorded_before_it_is_sent", slowness=2)

    outcome = killing.run(
        stack, alerts=ALERTS, seed=SEED, parts=("worker", "watch"), seconds_more=20, until=[killing.OWED]
    )

    assert outcome.struck["worker dead"] + outcome.struck["watch dead"] > 1
    assert outcome.lost
    assert any("lost messages" in problem for problem in outcome.problems())
