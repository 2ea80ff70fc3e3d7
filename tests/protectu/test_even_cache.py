"""The cache of a process goes by ticks."""

import time

import pytest
from django.core.cache import cache


@pytest.fixture
def ticks(monkeypatch):
    made = [time.monotonic()]
    monkeypatch.setattr(time, "monotonic", lambda: made[0])
    return made


def test_it_forgets_when_the_seconds_are_over(ticks):
    cache.set("alarm", [], 5)
    ticks[0] += 4
    before = cache.get("alarm")
    ticks[0] += 1.1

    assert (before, cache.get("alarm")) == ([], None)


@pytest.mark.parametrize("ahead", [-86_400, 3600, 86_400])
def test_what_was_cached_under_a_clock_that_was_wrong_is_forgotten_in_time(monkeypatch, ticks, ahead):
    """With Django's own, an alarm that was quiet in that moment stays quiet for a day."""
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + ahead)
    cache.set("alarm", [], 5)
    monkeypatch.setattr(time, "time", real)
    before = cache.get("alarm")
    ticks[0] += 6

    assert (before, cache.get("alarm")) == ([], None)


def test_none_means_for_ever_and_counting_on_keeps_the_end(ticks):
    cache.set("kept", 1, None)
    cache.set("counted", 1, 5)
    cache.incr("counted")
    ticks[0] += 10**9

    assert (cache.get("kept"), cache.get("counted")) == (1, None)
