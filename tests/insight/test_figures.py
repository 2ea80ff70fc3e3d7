"""Counts and waits start from who is asking."""

from datetime import timedelta

import pytest

from agencies.models import Role
from cases.models import Case
from insight import figures
from tests.conftest import make_alert, make_officer
from tests.insight.conftest import take

pytestmark = pytest.mark.django_db


def test_counts_by_state_and_the_oldest_that_nobody_has(directory, somchai, now):
    for minutes in (40, 30, 20):
        make_alert(now=now - timedelta(minutes=minutes))
    first, second, _ = Case.objects.order_by("opened_at")
    take(first, now=now)
    Case.objects.filter(pk=second.pk).update(red_since=now)

    counts = figures.counts_for(somchai, exercises=True)

    assert (counts.red, counts.waiting, counts.held, counts.open) == (1, 1, 1, 3)
    assert counts.unheld_since == now - timedelta(minutes=30)


def test_the_median_is_of_the_first_acknowledgement_of_each_case(directory, somchai, now):
    for minutes in (1, 3, 20):
        case = make_alert(now=now).case
        take(case, now=now + timedelta(minutes=minutes))
        take(case, now=now + timedelta(minutes=90), kind="HOSPITAL")
    make_alert(now=now)  # nobody answers it

    waits = figures.waits_for(somchai, now=now, exercises=True)["day"]

    assert waits.acknowledged == 3
    assert waits.median == timedelta(minutes=3)
    assert waits.p95 == timedelta(minutes=18, seconds=18)


def test_the_day_and_the_week_are_told_apart(directory, somchai, now):
    for days, minutes in ((0, 2), (3, 10), (9, 60)):
        opened = now - timedelta(days=days, minutes=5)
        case = make_alert(now=opened).case
        take(case, now=opened + timedelta(minutes=minutes))

    waits = figures.waits_for(somchai, now=now, exercises=True)

    assert waits["day"].median == timedelta(minutes=2)
    assert waits["week"].median == timedelta(minutes=6)


def test_without_cases_there_is_no_median(directory, somchai, now):
    waits = figures.waits_for(somchai, now=now, exercises=True)["day"]

    assert (waits.acknowledged, waits.median, waits.p95) == (0, None, None)


def test_the_median_is_of_the_officers_own_cases(case, somchai, pattani_desk, now):
    take(case, now=now + timedelta(minutes=4))
    nok = make_officer("Nok", pattani_desk, Role.SUPERVISOR)

    assert figures.waits_for(somchai, now=now, exercises=True)["day"].acknowledged == 1
    assert figures.waits_for(nok, now=now, exercises=True)["day"].acknowledged == 0
