"""The health page tells the truth about what is owed and who is silent."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from agencies import clock
from agencies.models import Heartbeat, Notification
from protectu import health
from tests.conftest import make_alert


@pytest.fixture
def all_beating(db):
    for process in Heartbeat.SILENT_AFTER:
        Heartbeat.beat(process, now=timezone.now())


def test_all_is_well(client, all_beating):
    answer = client.get("/health/")

    assert answer.status_code == 200
    assert answer.json()["problems"] == []


def test_a_message_that_nobody_delivers_is_a_problem(client, all_beating, directory):
    make_alert(now=timezone.now() - timedelta(minutes=2))

    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json()["problems"] == ["oldest_due"]
    assert answer.json()["oldest_due_seconds"] >= 120


def test_a_message_in_good_time_is_none(client, all_beating, directory):
    make_alert(now=timezone.now())

    assert client.get("/health/").status_code == 200


@pytest.mark.parametrize("process", Heartbeat.SILENT_AFTER)
def test_a_process_that_has_fallen_silent_is_named(client, all_beating, process):
    Heartbeat.objects.filter(process=process).update(at=timezone.now() - timedelta(minutes=3))

    answer = client.get("/health/")

    assert (answer.status_code, answer.json()["problems"]) == (503, [process.lower()])


@pytest.mark.parametrize("process", Heartbeat.SILENT_AFTER)
def test_a_beat_in_the_future_proves_nothing(client, all_beating, process):
    """A clock was ahead, and who died since would be missed for as long."""
    Heartbeat.objects.filter(process=process).update(at=timezone.now() + timedelta(days=1))

    assert client.get("/health/").json()["problems"] == [process.lower()]


def test_the_clock_of_each_process_is_shown_and_one_that_is_off_is_a_problem(client, all_beating):
    Heartbeat.beat(Heartbeat.Process.WORKER, now=timezone.now(), ahead=timedelta(seconds=-11))

    answer = client.get("/health/")

    assert (answer.status_code, answer.json()["problems"]) == (503, ["clock"])
    assert answer.json()["clocks"] == {"watch": 0.0, "worker": -11.0, "audit": 0.0, "web": pytest.approx(0, abs=5)}


@pytest.mark.parametrize("ahead", [timedelta(seconds=11), timedelta(hours=-1), timedelta(days=1)])
def test_a_web_whose_clock_is_off_is_not_ready_but_alive(client, all_beating, monkeypatch, ahead):
    monkeypatch.setattr(clock, "offset", lambda: ahead)

    answer = client.get("/health/ready/")

    assert (answer.status_code, answer.json()) == (503, {"problems": ["clock"]})
    assert client.get("/health/").json()["problems"] == ["clock"]
    assert client.get("/health/live/").status_code == 200


def test_a_web_that_sees_the_clock_of_the_database_move_says_so(client, all_beating, monkeypatch):
    monkeypatch.setattr(clock, "has_moved", lambda: True)

    assert client.get("/health/").json()["problems"] == ["clock"]


def test_a_process_that_never_beat_is_named(client, db):
    assert client.get("/health/").json()["problems"] == ["watch", "worker", "audit"]


def test_what_the_audit_found_is_a_problem(client, all_beating):
    Heartbeat.beat(Heartbeat.Process.AUDIT, now=timezone.now(), findings={"step_overdue": 2})

    answer = client.get("/health/")

    assert (answer.status_code, answer.json()["problems"]) == (503, ["step_overdue"])
    assert answer.json()["audit"] == {"step_overdue": 2}


def test_an_audit_that_runs_each_minute_may_be_a_little_late(client, all_beating):
    Heartbeat.objects.filter(process="AUDIT").update(at=timezone.now() - timedelta(seconds=90))

    assert client.get("/health/").json()["problems"] == []


def test_health_names_no_case_and_no_address(client, all_beating, alert):
    Notification.objects.update(due_at=timezone.now() - timedelta(hours=1))

    text = client.get("/health/").content.decode()

    assert alert.reference not in text
    assert "@" not in text


def test_a_process_that_lives_says_so_without_the_database(client):
    assert client.get("/health/live/").status_code == 200


def test_a_process_is_ready_when_its_tables_are_there(client, db):
    answer = client.get("/health/ready/")

    assert (answer.status_code, answer.json()) == (200, {"problems": []})


def test_a_migration_that_was_not_applied_is_told_until_it_is(client, db):
    health._see_migrated.cache_clear()
    [newest] = MigrationLoader(connection).graph.leaf_nodes("agencies")
    MigrationRecorder(connection).record_unapplied(*newest)

    before = client.get("/health/ready/")
    MigrationRecorder(connection).record_applied(*newest)

    assert (before.status_code, before.json()) == (503, {"problems": ["migrations"]})
    assert client.get("/health/ready/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/health/", "/health/ready/"])
def test_without_the_database_both_say_so(client, monkeypatch, address):
    monkeypatch.setattr(connection, "cursor", Mock(side_effect=OperationalError))

    answer = client.get(address)

    assert (answer.status_code, answer.json()) == (503, {"problems": ["database"]})
