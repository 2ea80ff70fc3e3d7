"""The one clock, and it is the database's: a machine's own clock may be wrong for seconds, or by a day."""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

ASK_AGAIN_SECONDS = 1.0
APART = timedelta(seconds=10)  # two clocks that are kept by NTP differ by milliseconds
SLOW_SECONDS = 1.0  # an answer that took longer, or a process that was held so long, proves nothing
BELIEVED_SECONDS = 120.0  # after so long a clock that was set is believed


class _Reading(NamedTuple):
    at: datetime
    ticks: float  # of this machine: they run evenly, also while it sleeps, and nobody sets them


_last: _Reading | None = None
_believed: _Reading | None = None  # the last reading that went on from the one before
_left_at: float | None = None  # the ticks at which the database's clock was first seen to leave that line


def now() -> datetime:
    """Return the time of the database, in UTC. Raises DatabaseError when it does not answer.

    A process asks at most once in ASK_AGAIN_SECONDS; between two answers its machine's ticks carry the time on. The
    question is not one of the page's: it costs a tenth of a millisecond, and no page asks it a second time.
    """
    global _last
    reading = _last
    if reading is None or _ticks() - reading.ticks >= ASK_AGAIN_SECONDS:
        _last = reading = _ask(before=reading)
    return _carried_on(reading)


def offset() -> timedelta:
    """Return by how much this machine's clock is ahead of the database's."""
    now()
    while True:
        before, own, after = _ticks(), time.time(), _ticks()
        if _last and after - before < SLOW_SECONDS:
            its = _carried_on(_last, ticks=after)
            return datetime.fromtimestamp(own, tz=its.tzinfo) - its


def is_wrong() -> bool:
    """Say whether this machine's clock and the database's are apart. Nobody knows which one is wrong."""
    return abs(offset()) > APART


def has_moved() -> bool:
    """Say whether the database's clock was set within BELIEVED_SECONDS, as this process's ticks tell.

    A clock that is set back to where it was is believed at once. A process that started after it was set cannot tell.
    """
    now()
    return _left_at is not None


def is_in_doubt() -> bool:
    """Say whether whoever sweeps stands back: what is due by a wrong clock may not be due."""
    return has_moved() or is_wrong()


def _ask(*, before: _Reading | None) -> _Reading:
    asked = _ticks()
    at = _ask_database()
    reading = _Reading(at, _ticks())
    is_slow = reading.ticks - asked > SLOW_SECONDS
    if not is_slow:
        _judge(reading)
    # An answer that was long on its way is old. The time must not go back by that.
    if before:
        expected = _carried_on(before, ticks=reading.ticks)
        if is_slow or timedelta() < expected - at < timedelta(seconds=1):
            return _Reading(expected, reading.ticks)
    return reading


def _judge(reading: _Reading) -> None:
    global _believed, _left_at
    if _believed is None or abs(reading.at - _carried_on(_believed, ticks=reading.ticks)) <= APART:
        _believed, _left_at = reading, None
    elif _left_at is None:
        _left_at = reading.ticks
    elif reading.ticks - _left_at > BELIEVED_SECONDS:
        _believed, _left_at = reading, None


def _ask_database() -> datetime:
    with connection.wrap_database_errors:
        connection.ensure_connection()
        [at] = connection.connection.execute("SELECT clock_timestamp()").fetchone()
    return at


def _carried_on(reading: _Reading, *, ticks: float | None = None) -> datetime:
    return reading.at + timedelta(seconds=(_ticks() if ticks is None else ticks) - reading.ticks)


def _ticks() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
