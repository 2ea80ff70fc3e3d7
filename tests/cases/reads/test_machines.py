"""The audit notices a clock that is wrong. That archiving fails is shown with a database of its own."""

from datetime import timedelta

import pytest

from agencies import clock
from agencies.models import Heartbeat
from cases.reads import audit, machines

pytestmark = pytest.mark.django_db


def codes(now) -> set[str]:
    return {finding.code for finding in audit.findings(now=now)}


def test_clocks_that_agree_are_not_mentioned(db):
    Heartbeat.beat(Heartbeat.Process.WORKER, now=clock.now(), ahead=timedelta(seconds=2))

    assert machines.findings() == {"clock_wrong": 0, "clock_moved": 0, "archive_failing": 0}


@pytest.mark.parametrize("off", [timedelta(seconds=-30), timedelta(hours=7)])
def test_the_clock_of_watch_is_compared_with_the_database(db, monkeypatch, off):
    monkeypatch.setattr(clock, "offset", lambda: off)

    assert "clock_wrong" in codes(clock.now())


@pytest.mark.parametrize("off", [timedelta(seconds=-11), timedelta(minutes=3)])
def test_the_clock_of_each_process_that_beats_is_compared_with_the_database(db, off):
    Heartbeat.beat(Heartbeat.Process.WORKER, now=clock.now(), ahead=off)

    assert machines.findings()["clock_wrong"] == 1


def test_a_clock_of_the_database_that_was_set_is_found(db, monkeypatch):
    monkeypatch.setattr(clock, "has_moved", lambda: True)

    assert "clock_moved" in codes(clock.now())


def test_an_audit_that_was_held_calls_no_clock_wrong(db):
    """The moment with which it began is old by then."""
    assert not {"clock_wrong", "clock_moved"} & codes(clock.now() - timedelta(seconds=15))
