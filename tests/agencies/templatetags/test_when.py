"""Times as people say them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from agencies.templatetags import when

IN_UTC = datetime(2026, 11, 23, 7, 2, tzinfo=UTC)
NEW_YEARS_EVE = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # in Bangkok it is New Year


@pytest.mark.parametrize(
    ("language", "at", "words"),
    [
        ("th", IN_UTC, "23 พ.ย. 2569 14:02 น."),
        ("en", IN_UTC, "23 Nov 2026, 14:02"),
        ("th", NEW_YEARS_EVE, "1 ม.ค. 2570 01:30 น."),
        ("en", NEW_YEARS_EVE, "1 Jan 2027, 01:30"),
        ("th", None, ""),
    ],
)
def test_a_moment_is_said_in_bangkok_and_for_thais_in_the_buddhist_era(language, at, words):
    with translation.override(language):
        assert when.moment(at) == words


def test_a_moment_for_machines_has_no_microseconds():
    assert when.stamp(IN_UTC.replace(microsecond=123456)) == "2026-11-23T14:02:00+07:00"
    assert when.stamp(None) == ""


def test_the_clock_is_bangkoks():
    assert when.clock(IN_UTC) == "14:02"
    assert when.clock(None) == ""


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(seconds=90), "1 minute ago"),
        (timedelta(minutes=59, seconds=30), "59 minutes ago"),
        (timedelta(minutes=61), "1 hour ago"),
        (timedelta(hours=47, minutes=30), "47 hours ago"),
        (timedelta(hours=49), "2 days ago"),
        (timedelta(seconds=-30), "in less than a minute"),
        (timedelta(minutes=-3, seconds=-30), "in 3 minutes"),
    ],
)
@pytest.mark.django_db
def test_how_long_since_is_said_in_one_unit(passed, words):
    with translation.override("en"):
        assert when.ago(timezone.now() - passed) == words


def test_never_is_said_with_nothing():
    assert when.ago(None) == ""
