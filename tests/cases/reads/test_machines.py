"""The audit notices a clock that is wrong. That archiving fails is shown with a database of its own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Heartbeat
from cases.reads import audit, machines

pytestmark = pytest.mark.django_db


def test_clocks_that_agree_are_not_mentioned(db):
    Heartbeat.beat(Heartbeat.Process.WORKER, now=timezone.now() + timedelta(seconds=2))

    assert machines.findings(now=timezone.now()) == {"clock_wrong": 0, "archive_failing": 0}


@pytest.mark.parametrize("off", [timedelta(seconds=-30), timedelta(hours=7)])
def test_the_clock_of_watch_is_compared_with_the_database(db, off):
    found = {finding.code for finding in audit.findings(now=timezone.now() + off)}

    assert "clock_wrong" in found


def test_a_worker_that_lives_in_the_future_is_found(db):
    Heartbeat.beat(Heartbeat.Process.WORKER, now=timezone.now() + timedelta(minutes=3))

    assert machines.findings(now=timezone.now())["clock_wrong"] == 1
