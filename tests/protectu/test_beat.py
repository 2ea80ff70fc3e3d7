"""Beat goes by its machine's clock, and ends when somebody sets it."""

import time

import pytest

from protectu import beat
from protectu.celery import app

SCHEDULED = {"deliver EMAIL", "escalate", "bring back", "erase"}


@pytest.fixture
def clocks(monkeypatch):
    """`wall` is what somebody sets; `ticks` run."""
    clocks = {"wall": time.time(), "ticks": 1000.0}
    monkeypatch.setattr(beat.time, "time", lambda: clocks["wall"])
    monkeypatch.setattr(beat.time, "clock_gettime", lambda which: clocks["ticks"])
    return clocks


@pytest.fixture
def scheduler(clocks, monkeypatch):
    scheduler = beat.EvenScheduler(app)
    monkeypatch.setattr(scheduler, "apply_entry", lambda *args, **kwargs: None)
    return scheduler


def passes(clocks, seconds):
    clocks["wall"] += seconds
    clocks["ticks"] += seconds


def test_it_is_the_scheduler_of_the_app():
    assert app.conf.beat_scheduler == "protectu.beat.EvenScheduler"


def test_it_goes_on_for_as_long_as_its_clock_runs_evenly(scheduler, clocks):
    scheduler.tick()
    for seconds in (5, 3600, 86_400):
        passes(clocks, seconds)
        scheduler.tick()

    assert scheduler.schedule.keys() >= SCHEDULED


@pytest.mark.parametrize("by", [11, -11, 3600, -3600, 86_400, -86_400])
def test_it_ends_when_its_clock_is_set(scheduler, clocks, by):
    scheduler.tick()
    clocks["wall"] += by

    with pytest.raises(SystemExit):
        scheduler.tick()


@pytest.mark.parametrize("by", [9, -9])
def test_it_goes_on_when_its_clock_is_led(scheduler, clocks, by):
    clocks["wall"] += by

    scheduler.tick()


def test_one_that_began_while_the_clock_was_ahead_notes_nothing_for_the_next_one(scheduler, clocks, tmp_path):
    """What is written down by a clock that is a day ahead would hold up the next beat for a day."""
    scheduler.tick()
    scheduler.close()

    assert scheduler.sync() is None
    assert not [entry for entry in beat.EvenScheduler(app).schedule.values() if entry.total_run_count]
