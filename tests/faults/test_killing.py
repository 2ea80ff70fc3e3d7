"""Two thousand alerts while worker, watch, beat, web, Redis and PostgreSQL are killed and frozen: none is lost."""

import os
import sys
from collections.abc import Iterator

import pytest

from tests.cluster import StackAlone
from tests.faults import killing

pytestmark = pytest.mark.fault

ALERTS = int(os.environ.get("KILLING_ALERTS") or "2000")
SEED = int(os.environ.get("KILLING_SEED") or "20261124")


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackAlone]:
    stack = StackAlone(tmp_path_factory.mktemp("killing"))
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def test_no_accepted_alert_is_lost_whatever_is_killed(fresh, capsys):
    outcome = killing.run(fresh, alerts=ALERTS, seed=SEED)

    with capsys.disabled():
        sys.stdout.write(f"\nKILLING_SEED={SEED} KILLING_ALERTS={ALERTS}\n{outcome}\n")
    assert len(outcome.accepted) == ALERTS
    assert not outcome.problems()
