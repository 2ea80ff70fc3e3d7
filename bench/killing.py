"""Ten thousand alerts while everything is killed and frozen: the test of tests/faults, for longer."""

import tempfile
from argparse import Namespace
from pathlib import Path

from bench.figures import Figure, load
from tests.cluster import StackAlone
from tests.faults import killing


def run(options: Namespace) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stack = StackAlone(Path(folder))
        try:
            stack.start()
            outcome = killing.run(stack, alerts=options.alerts, seed=options.seed)
        finally:
            stack.stop()
    print("\n".join(f"  {line}" for line in f"seed {options.seed}, {load()}\n{outcome}".splitlines()))
    for problem in outcome.problems():
        print(f"  NOT KEPT: {problem}")
    return figures_of(outcome)


def figures_of(outcome: killing.Outcome) -> list[Figure]:
    accepted, owed = len(outcome.accepted), len(outcome.verdict["owed"])
    return [
        Figure("alerts accepted", accepted),
        Figure("accepted alerts with something missing", sum(outcome.verdict["missing"].values()), reach=0),
        Figure("messages lost", len(outcome.lost), reach=0),
        Figure("agencies of ring 1 that were not told", len(outcome.not_told), reach=0),
        Figure("messages told twice, of those owed", 100 * outcome.came_twice / owed, "%", reach=1),
        Figure("presses stored twice", 100 * outcome.verdict["twice"] / accepted, "%", reach=1),
        Figure("cases neither held nor escalated", outcome.verdict["states"].get("waiting", 0), reach=0),
    ]
