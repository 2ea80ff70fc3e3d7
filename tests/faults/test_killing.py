"""Two thousand alerts while worker, watch, beat, web, Redis and PostgreSQL are killed and frozen: none is lost."""

import os
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.cluster import StackAlone
from tests.faults import killing

pytestmark = [pytest.mark.fault, pytest.mark.killing]

ALERTS = int(os.environ.get("KILLING_ALERTS") or "2000")
SEED = int(os.environ.get("KILLING_SEED") or "20261124")


@pytest.fixture
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., StackAlone]]:
    started = []

    def start(**more: str) -> StackAlone:
        started.append(StackAlone(tmp_path_factory.mktemp("killing"), more=more))
        started[-1].start()
        return started[-1]

    yield start
    for stack in started:
        stack.stop()


def run(stack: StackAlone, capsys: pytest.CaptureFixture[str], *, alerts: int, seed: int) -> killing.Outcome:
    outcome = killing.run(stack, alerts=alerts, seed=seed)
    with capsys.disabled():
        sys.stdout.write(f"\nKILLING_SEED={seed} KILLING_ALERTS={alerts}\n{outcome}\n")
    return outcome


def test_no_accepted_alert_is_lost_whatever_is_killed(stacks, capsys):
    outcome = run(stacks(), capsys, alerts=ALERTS, seed=SEED)

    assert len(outcome.accepted) == ALERTS
    assert not outcome.problems()
    assert outcome.verdict["gathered"] == 0


def test_nor_when_messages_are_gathered(stacks, capsys):
    outcome = run(stacks(MESSAGES_APART="5"), capsys, alerts=ALERTS // 5, seed=SEED + 1)

    assert not outcome.problems()
    assert outcome.verdict["gathered"] > 0
