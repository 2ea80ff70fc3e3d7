"""Watch audits each minute, and gives its sign of life only when nothing is wrong."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies import clock
from agencies.models import Heartbeat
from agencies.reach import heartbeat
from cases.management.commands import watch as commands
from cases.management.commands.watch import Watch
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def pings(monkeypatch) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(heartbeat, "ping", lambda: sent.append("ping"))
    return sent


@pytest.fixture
def watch(db) -> Watch:
    for process in Heartbeat.Process:
        Heartbeat.beat(process, now=timezone.now())
    watch = Watch()
    watch.stopping.set()  # one round, no waiting
    return watch


def test_a_clean_audit_is_told_to_the_outside(watch, pings, directory):
    make_alert(now=timezone.now())

    watch._audit()

    assert pings == ["ping"]
    assert Heartbeat.objects.get(process="AUDIT").findings == {}


def test_with_a_forgotten_case_the_outside_hears_nothing(watch, pings, directory):
    case = make_alert(now=timezone.now()).case
    case.next_ring_at = timezone.now() - timedelta(minutes=5)
    case.save()

    watch._audit()

    assert pings == []
    assert Heartbeat.objects.get(process="AUDIT").findings == {"step_overdue": 1}


def test_the_next_audit_comes_as_soon_as_a_clock_is_in_doubt(db, monkeypatch):
    """Or the light would burn a minute later."""
    monkeypatch.setattr(commands, "AUDIT_AGAIN_SECONDS", 0)
    monkeypatch.setattr(commands, "TICK_SECONDS", 0)
    seen = [False, False, True]
    monkeypatch.setattr(clock, "is_in_doubt", lambda: seen.pop(0))

    Watch()._until_next_audit(is_well=True)

    assert seen == []
