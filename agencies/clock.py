"""The one clock, and it is the database's: a machine's own clock may be wrong for seconds, or by a day."""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

ASK_AGAIN_SECONDS = 1.0
APART = timedelta(seconds=10)  # two clocks that are kept by NTP differ by milliseconds


class _Reading(NamedTuple):
    at: datetime
    ticks: float  # of this machine: they run evenly, also while it sleeps, and nobody sets them


_last: _Reading | None = None


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
    moment = now()
    return datetime.fromtimestamp(time.time(), tz=moment.tzinfo) - moment


def is_wrong() -> bool:
    """Say whether this machine's clock and the database's are apart. Nobody knows which one is wrong."""
    return abs(offset()) > APART


def _ask(*, before: _Reading | None) -> _Reading:
    reading = _Reading(_ask_database(), _ticks())
    # An answer that was long on its way is a little old. The time must not go back by that.
    if before and timedelta() < (expected := _carried_on(before)) - reading.at < timedelta(seconds=1):
        return _Reading(expected, _ticks())
    return reading


def _ask_database() -> datetime:
    with connection.wrap_database_errors:
        connection.ensure_connection()
        [at] = connection.connection.execute("SELECT clock_timestamp()").fetchone()
    return at


def _carried_on(reading: _Reading) -> datetime:
    return reading.at + timedelta(seconds=_ticks() - reading.ticks)


def _ticks() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
