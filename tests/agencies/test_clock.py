"""The one clock: the database's time, carried on by this machine's ticks."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection

from agencies import clock

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    monkeypatch.setattr(clock, "_last", None)


@pytest.fixture
def ticks(monkeypatch):
    """Ticks that the test makes itself: `ticks[0]` seconds."""
    made = [1000.0]
    monkeypatch.setattr(clock, "_ticks", lambda: made[0])
    return made


@pytest.fixture
def answers(monkeypatch):
    """What the database answers, one after the other. What is left over was not asked for."""
    waiting = []
    monkeypatch.setattr(clock, "_ask_database", lambda: waiting.pop(0))
    return waiting


def database_time():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def test_it_is_the_time_of_the_database(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 0)

    before, now, after = database_time(), clock.now(), database_time()

    assert before <= now <= after
    assert now.utcoffset() == timedelta()


def test_within_a_second_nothing_is_asked_again_and_ticks_carry_it_on(ticks, answers, now):
    answers[:] = [now, now + 9 * SECOND]
    clock.now()
    ticks[0] += 0.75

    assert clock.now() == now + 0.75 * SECOND
    assert answers == [now + 9 * SECOND]


def test_after_a_second_the_database_is_asked_again(ticks, answers, now):
    answers[:] = [now, now + 9 * SECOND]
    clock.now()
    ticks[0] += 1

    assert clock.now() == now + 9 * SECOND


def test_an_answer_that_was_long_on_its_way_does_not_turn_time_back(ticks, answers, now):
    answers[:] = [now, now + 1.5 * SECOND]
    clock.now()
    ticks[0] += 2

    assert clock.now() == now + 2 * SECOND


def test_a_clock_of_the_database_that_was_set_back_is_followed(ticks, answers, now):
    answers[:] = [now, now - 60 * SECOND]
    clock.now()
    ticks[0] += 2

    assert clock.now() == now - 60 * SECOND


def test_a_question_costs_the_page_none_of_its_queries(django_assert_num_queries):
    with django_assert_num_queries(0):
        clock.now()


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=-1)])
def test_the_offset_of_this_machine_is_seen(monkeypatch, ahead):
    ahead_of_it = database_time() + ahead
    monkeypatch.setattr(time, "time", ahead_of_it.timestamp)

    assert abs(clock.offset() - ahead) < 5 * SECOND
    assert clock.is_wrong()


def test_clocks_that_are_kept_are_not_called_wrong():
    assert abs(datetime.now(UTC) - database_time()) < clock.APART

    assert not clock.is_wrong()


def test_a_database_that_does_not_answer_is_a_database_error(monkeypatch):
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT 1 / 0")

    with pytest.raises(DatabaseError):
        clock.now()
