"""Opening hours of a week, and spans of time in general."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from psycopg.types.multirange import Int4Multirange
from psycopg.types.range import Range

DAY = 24 * 60  # minutes
WEEK = 7 * DAY


@dataclass(frozen=True, order=True)
class Span:
    """The time from `start` until `end`, without `end`."""

    start: datetime
    end: datetime


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return as few spans as possible that cover the same time, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def without(wanted: Iterable[Span], covered: Iterable[Span]) -> list[Span]:
    """Return the parts of `wanted` that `covered` leaves free, in order."""
    left = merged(wanted)
    for cover in merged(covered):
        left = [piece for span in left for piece in _cut(span, cover)]
    return left


def _cut(span: Span, cover: Span) -> Iterable[Span]:
    pieces = (Span(span.start, min(span.end, cover.start)), Span(max(span.start, cover.end), span.end))
    return (piece for piece in pieces if piece.start < piece.end)


@dataclass(frozen=True)
class Week:
    """Opening hours that repeat each week: minutes in Bangkok from Monday 00:00, as (start, end) pairs, in order.

    Pairs never touch. An opening over the midnight of Sunday is stored as two pairs.
    """

    minutes: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of_days(cls, days: Iterable[Iterable[tuple[int, int]]]) -> "Week":
        """Build it from seven lists of (opens, closes), in minutes of the day; a night closes on the next day."""
        pairs = []
        for number, day in enumerate(days):
            for opens, closes in day:
                start = number * DAY + opens
                end = number * DAY + closes + (DAY if closes <= opens else 0)
                pairs += [(start, min(end, WEEK)), (0, end - WEEK)] if end > WEEK else [(start, end)]
        return cls(_joined(pairs))

    def by_day(self) -> list[list[tuple[int, int]]]:
        """Return seven lists of (opens, closes) in minutes of the day. A night belongs to the day it began."""
        days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
        for start, end in self._around_sunday():
            while end - start > DAY:  # more than a day on end: a whole day at a time
                days[start // DAY % 7].append((start % DAY, DAY))
                start = (start // DAY + 1) * DAY
            days[start // DAY % 7].append((start % DAY, DAY if end % DAY == 0 else end % DAY))
        return [sorted(day) for day in days]

    def _around_sunday(self) -> list[tuple[int, int]]:
        pairs = list(self.minutes)
        # The two halves of a night from Sunday to Monday become one pair.
        is_night = len(pairs) > 1 and pairs[0][0] == 0 and pairs[-1][1] == WEEK and pairs[0][1] < DAY
        return [*pairs[1:-1], (pairs[-1][0], WEEK + pairs[0][1])] if is_night else pairs

    def on(self, day: date) -> list[Span]:
        """Return the spans of this day in Bangkok, cut at its midnights."""
        midnight, first = _midnight(day), day.weekday() * DAY
        cut = ((max(start, first) - first, min(end, first + DAY) - first) for start, end in self.minutes)
        return [Span(midnight + minutes(start), midnight + minutes(end)) for start, end in cut if start < end]


_STRETCH = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|—|ถึง|to)\s*(\d{1,2})[:.](\d{2})(?:\s*น\.)?")
_BETWEEN = re.compile(r"[\s,;]*")


def read_day(text: str) -> list[tuple[int, int]]:
    """Read hours such as 08:30-12:00, 13:00-16:30 as minutes of the day. Empty: closed. Raises ValueError."""
    if _BETWEEN.sub("", _STRETCH.sub("", text)):
        raise ValueError(text)
    return [_stretch(*map(int, found)) for found in _STRETCH.findall(text)]


def _stretch(hour: int, minute: int, to_hour: int, to_minute: int) -> tuple[int, int]:
    opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
    if opens >= DAY or closes > DAY or max(minute, to_minute) > 59:
        raise ValueError
    return opens, closes


ALWAYS = Week(((0, WEEK),))


def _joined(pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(pairs):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def minute_of_week(now: datetime) -> int:
    """Return the minutes since Monday 00:00 in Bangkok."""
    local = timezone.localtime(now)
    return local.weekday() * DAY + local.hour * 60 + local.minute


class WeekField(models.Field):
    """A column with a Week, stored as the int4multirange of its minutes."""

    description = "Hours of a week"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "int4multirange"

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Week | None:
        return None if value is None else Week(tuple((span.lower, span.upper) for span in value))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if not isinstance(value, Week):
            return value
        return Int4Multirange([Range(start, end) for start, end in value.minutes])


@WeekField.register_lookup
class Within(models.Lookup):
    """The lookup `hours__within=end`: every minute is at or after Monday 00:00, and before `end`."""

    lookup_name = "within"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "%s", (value,)

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, column_values = self.process_lhs(compiler, connection)
        end, end_values = self.process_rhs(compiler, connection)
        return f"{column} <@ int4range(0, {end})", (*column_values, *end_values)
