"""Opening hours: minutes of a week in Bangkok, over midnight and across weeks, and days that are closed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from agencies.models import ALWAYS, Agency, Span, Week
from agencies.models.hours import DAY, merged, minute_of_week, without

OFFICE = (8 * 60 + 30, 16 * 60 + 30)
NIGHT = (20 * 60, 6 * 60)
WEEKDAYS = Week.of_days([[OFFICE]] * 5 + [[], []])


def at(text: str) -> datetime:
    """A moment in Bangkok."""
    return timezone.make_aware(datetime.fromisoformat(text))


def span(start: str, end: str) -> Span:
    return Span(at(start), at(end))


def test_a_week_is_what_its_days_are():
    assert WEEKDAYS.minutes[0] == (510, 990)
    assert WEEKDAYS.minutes[-1] == (4 * DAY + 510, 4 * DAY + 990)
    assert WEEKDAYS.by_day() == [[OFFICE]] * 5 + [[], []]


def test_a_night_from_sunday_to_monday_stands_at_both_ends_and_reads_as_one():
    nights = Week.of_days([[NIGHT]] * 7)

    assert nights.minutes[0] == (0, 6 * 60)
    assert nights.minutes[-1] == (6 * DAY + 20 * 60, 7 * DAY)
    assert nights.by_day() == [[NIGHT]] * 7


@pytest.mark.parametrize(
    "days",
    [
        [[(0, DAY)]] * 7,
        [[(0, DAY)]] * 2 + [[]] * 5,
        [[OFFICE, (18 * 60, 22 * 60)]] + [[]] * 6,
        [[]] * 6 + [[NIGHT]],
        [[(0, DAY)]] + [[]] * 5 + [[(0, DAY)]],
        [[(22 * 60, DAY)]] + [[(0, 60)]] + [[]] * 5,
        [[]] * 7,
    ],
    ids=["always", "two whole days", "twice a day", "sunday night", "sunday and monday", "touching", "never"],
)
def test_what_was_said_of_the_days_is_read_again_as_the_same_week(days):
    week = Week.of_days(days)

    assert Week.of_days(week.by_day()) == week


def test_always_is_each_minute():
    assert Week.of_days([[(0, DAY)]] * 7) == ALWAYS


def test_the_minute_of_the_week_is_that_of_bangkok():
    assert minute_of_week(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == 0  # Monday 00:00 there, Sunday in UTC
    assert minute_of_week(datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC)) == 7 * DAY - 1


def test_open_spans_follow_the_days_and_leave_out_those_that_are_closed():
    agency = Agency(hours=WEEKDAYS, closed_on=[date(2026, 11, 24)])

    spans = agency.open_spans(start=at("2026-11-23 12:00"), end=at("2026-11-25 09:00"))

    assert spans == [span("2026-11-23 12:00", "2026-11-23 16:30"), span("2026-11-25 08:30", "2026-11-25 09:00")]


def test_a_night_is_one_span_over_midnight_and_over_the_week():
    agency = Agency(hours=Week.of_days([[NIGHT]] * 7))

    spans = agency.open_spans(start=at("2026-11-29 19:00"), end=at("2026-11-30 19:00"))

    assert spans == [span("2026-11-29 20:00", "2026-11-30 06:00")]


def test_unknown_hours_are_always_open():
    start, end = at("2026-11-23 00:30"), at("2026-12-03 00:15")

    assert Agency().open_spans(start=start, end=end) == [Span(start, end)]
    assert Agency(hours=ALWAYS).open_spans(start=start, end=end) == [Span(start, end)]
    assert Agency(hours=Week()).open_spans(start=start, end=end) == []


def test_somebody_should_be_at_a_desk_at_any_hour_and_elsewhere_when_it_is_open():
    start, end = at("2026-11-23 00:00"), at("2026-11-24 00:00")

    assert Agency(kind="PSDHS", hours=WEEKDAYS).duty_spans(start=start, end=end) == [Span(start, end)]
    assert Agency(kind="LABOUR", hours=WEEKDAYS).duty_spans(start=start, end=end) == [
        span("2026-11-23 08:30", "2026-11-23 16:30")
    ]


HOURS = [at("2026-11-23 00:00") + timedelta(hours=n) for n in range(25)]


def hours(*pairs: tuple[int, int]) -> list[Span]:
    return [Span(HOURS[start], HOURS[end]) for start, end in pairs]


@pytest.mark.parametrize(
    ("covered", "left"),
    [
        ([], [(0, 24)]),
        ([(0, 24)], []),
        ([(8, 16)], [(0, 8), (16, 24)]),
        ([(0, 8), (8, 24)], []),
        ([(4, 12), (8, 20)], [(0, 4), (20, 24)]),
        ([(8, 9), (0, 1)], [(1, 8), (9, 24)]),
    ],
)
def test_what_nobody_covers_is_left(covered, left):
    assert without(hours((0, 24)), hours(*covered)) == hours(*left)


def test_a_cover_that_reaches_beyond_leaves_nothing_outside():
    assert without(hours((8, 12), (14, 16)), hours((0, 9), (15, 24))) == hours((9, 12), (14, 15))


def test_spans_that_touch_are_one():
    assert merged(hours((3, 5), (0, 3), (4, 8), (10, 11))) == hours((0, 8), (10, 11))
