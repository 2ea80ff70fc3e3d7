"""Whoever sweeps does nothing while a clock is in doubt; who delivers and who cleans files goes on."""

from datetime import timedelta

import pytest
from celery import current_app

from agencies import clock, sweeps
from agencies import tasks as agencies_tasks
from agencies.models import Heartbeat, Notification
from cases import tasks as cases_tasks
from cases.management.commands import watch
from cases.models import Case
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

GO_ON = {"deliver", "beat", "clean_files", "bring_back"}


@pytest.fixture(params=["apart", "set"])
def doubt(request, monkeypatch):
    monkeypatch.setattr(sweeps, "_standing_back", set())
    if request.param == "apart":
        monkeypatch.setattr(clock, "offset", lambda: timedelta(seconds=-11))
    else:
        monkeypatch.setattr(clock, "has_moved", lambda: True)


@pytest.fixture
def overdue(directory):
    return make_alert(now=clock.now() - timedelta(minutes=6)).case


def ring(case) -> int:
    return Case.objects.get(pk=case.pk).ring


def test_workers_widen_no_ring_by_a_clock_in_doubt(overdue, doubt):
    cases_tasks.escalate_overdue()

    assert ring(overdue) == 1


def test_watch_widens_no_ring_by_a_clock_in_doubt(overdue, doubt):
    watch._escalate_overdue()

    assert ring(overdue) == 1


def test_it_is_said_once_and_not_each_second(doubt, caplog):
    for _ in range(3):
        watch._escalate_overdue()

    assert caplog.text.count("stands back") == 1


def test_both_widen_it_as_soon_as_there_is_no_doubt(overdue):
    watch._escalate_overdue()

    assert ring(overdue) > 1


def test_a_watch_whose_clock_is_wrong_says_so_with_each_beat(db, monkeypatch):
    monkeypatch.setattr(clock, "offset", lambda: timedelta(hours=1))

    agencies_tasks.beat()

    assert Heartbeat.objects.get().is_clock_wrong


def test_what_waits_for_a_moment_stands_back_and_what_does_not_goes_on(doubt, monkeypatch, caplog):
    """A new task is here one or the other."""
    ours = {name: task for name, task in current_app.tasks.items() if name.partition(".")[0] in ("agencies", "cases")}
    stand_back = set()
    for name, task in ours.items():
        caplog.clear()
        if hasattr(task.run, "__wrapped__"):
            task.run()
            assert "stands back" in caplog.text
            stand_back.add(name)

    assert {name.rpartition(".")[2] for name in ours.keys() - stand_back} == GO_ON


def test_first_words_leave_while_the_clock_is_in_doubt(directory, doubt, mail):
    make_alert(now=clock.now())

    agencies_tasks.deliver()

    assert not Notification.objects.due().exists()
