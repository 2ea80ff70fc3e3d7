"""A pytest plugin: after the run the slowest ten tests, and the seconds by folder."""

from collections import defaultdict
from pathlib import PurePath

import pytest
from _pytest.terminal import TerminalReporter

SLOWEST = 10


class Durations:
    """Seconds by test: its setup and teardown, such as a stack's start, count with it."""

    def __init__(self) -> None:
        self.by_test: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.by_test[report.nodeid] += report.duration

    def by_folder(self) -> dict[str, float]:
        found: dict[str, float] = defaultdict(float)
        for test, seconds in self.by_test.items():
            found[f"{PurePath(test.partition('::')[0]).parent}/"] += seconds
        return dict(sorted(found.items(), key=lambda folder: -folder[1]))

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        if len(self.by_test) < 2:
            return
        terminalreporter.section(f"slowest {SLOWEST}, and seconds by folder")
        slowest = sorted(self.by_test.items(), key=lambda test: -test[1])[:SLOWEST]
        for name, seconds in [*slowest, *self.by_folder().items()]:
            terminalreporter.line(f"{seconds:8.1f} s  {name}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # with xdist the first process hears of all tests
        config.pluginmanager.register(Durations(), "durations")
