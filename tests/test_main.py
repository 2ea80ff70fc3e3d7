"""Which tests one pytest runs, and with which plugins."""

from contextlib import suppress
from itertools import product

import pytest

from tests import __main__ as script


@pytest.fixture
def run(monkeypatch):
    """The arguments with which one pytest takes the place of this process."""
    given = []

    def replaced(_, command):
        given.extend(command[len(script.PYTEST) :])
        raise SystemExit

    monkeypatch.setattr(script.os, "execv", replaced)
    monkeypatch.setattr(script, "side_by_side", lambda parts: given.extend(part.name for part in parts))

    def run(*arguments):
        with suppress(SystemExit):
            script.main([*arguments])
        return given

    return run


def test_without_arguments_all_parts_run_side_by_side(run):
    assert run() == list(script.PARTS)


def test_the_parts_leave_no_test_out_and_run_none_twice():
    chosen = [arguments[-1] for arguments in script.PARTS.values()]
    for journey, fault in product((True, False), repeat=2):
        for killing in {fault, False}:  # what kills is a fault
            marks = {"journey": journey, "fault": fault, "killing": killing}
            assert sum(eval(marked, {}, marks) for marked in chosen) == 1


def test_quick_is_one_pytest_with_two_workers_and_further_arguments(run):
    assert run("--quick", "-x") == [*script.PARTS["without processes"], "-x"]


def test_a_file_that_does_not_use_hypothesis_is_run_without_its_plugin(run):
    assert run("tests/test_rooms.py", "-q") == ["-p", "no:hypothesispytest", "tests/test_rooms.py", "-q"]


@pytest.mark.parametrize("chosen", ["tests", "tests/hostile.py::test_x", "-x"])
def test_the_plugin_stays_where_hypothesis_may_be_used(run, chosen):
    assert run(chosen) == [chosen]
