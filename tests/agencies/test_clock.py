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
    for name in ("_last", "_believed", "_left_at"):
        monkeypatch.setattr(clock, name, None)


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


def test_an_answer_that_came_late_is_not_believed(monkeypatch, ticks, answers, now):
    answers[:] = [now]
    clock.now()
    ticks[0] += 2

    def held():
        ticks[0] += 15
        return now + 2 * SECOND

    monkeypatch.setattr(clock, "_ask_database", held)

    assert clock.now() == now + 17 * SECOND
    assert not clock.has_moved()


def test_whoever_is_held_while_it_compares_the_clocks_compares_them_again(monkeypatch, ticks, answers, now):
    answers[:] = [now] * 2
    own = [now.timestamp(), now.timestamp() + 15]

    def held():
        ticks[0] += 15 if len(own) == 2 else 0
        return own.pop(0)

    monkeypatch.setattr(time, "time", held)

    assert clock.offset() == timedelta()


@pytest.mark.parametrize("by", [timedelta(seconds=30), timedelta(hours=-1), timedelta(days=1)])
def test_a_clock_of_the_database_that_was_set_is_in_doubt_until_it_is_set_back(ticks, answers, now, by):
    answers[:] = [now, now + 2 * SECOND + by, now + 4 * SECOND]
    clock.now()
    ticks[0] += 2
    has_moved = clock.has_moved()
    ticks[0] += 2

    assert has_moved
    assert not clock.has_moved()


def test_after_two_minutes_a_clock_that_was_set_is_believed(ticks, answers, now):
    hour = timedelta(hours=1)
    answers[:] = [now, now + 2 * SECOND + hour, now + 62 * SECOND + hour, now + 123 * SECOND + hour]
    seen = []
    for later in (0, 2, 60, 61):
        ticks[0] += later
        seen.append(clock.has_moved())

    assert seen == [False, True, True, False]


def test_a_clock_that_is_led_slowly_is_followed_without_doubt(ticks, answers, now):
    answers[:] = [now + n * 2 * SECOND for n in range(60)]
    for _ in range(60):
        assert not clock.has_moved()
        ticks[0] += 1


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
