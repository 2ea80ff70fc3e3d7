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

    assert set(machines.findings().values()) == {0}


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


@pytest.mark.parametrize(("hours", "late"), [(25, 0), (27, 1)])
def test_a_base_backup_that_stays_away_is_found(db, hours, late):
    """That none was ever made is shown with a database of its own."""
    Heartbeat.beat(Heartbeat.Process.BACKUP, now=clock.now() - timedelta(hours=hours))

    assert machines.findings()["base_backup_late"] == late


def test_the_disk_of_the_database_is_as_its_own_machine_says(db):
    Heartbeat.beat(Heartbeat.Process.DISK, now=clock.now(), findings={"disk_low": 1})

    assert machines.findings()["disk_low"] == 1
    assert "disk_low" in codes(clock.now())


def test_a_backup_and_a_disk_are_no_processes_that_must_beat(db):
    assert not {Heartbeat.Process.BACKUP, Heartbeat.Process.DISK} & set(
        Heartbeat.silent(Heartbeat.objects.all(), now=clock.now())
    )
