"""The simulation: invented people, through the pages that everybody uses, always marked as an exercise."""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from cases.models import Case, Dispatch, Report
from insight.management.commands import simulate
from insight.simulation import browser as browsers
from insight.simulation.browser import is_this_machine
from insight.simulation.crowd import Crowd

pytestmark = pytest.mark.django_db

PASSWORD = "mangosteen-season"


@pytest.fixture
def hurried(monkeypatch):
    """The clock of the command, and of nobody else, runs a second at each look at it."""
    ticks = iter(range(100_000))
    stand_in = SimpleNamespace(monotonic=lambda: float(next(ticks)), sleep=lambda seconds: None)
    monkeypatch.setattr(simulate, "time", stand_in)


def run(**options):
    said = StringIO()
    call_command("simulate", stdout=said, stderr=said, base_url="http://127.0.0.1:8000", **options)
    return said.getvalue()


def test_people_send_alerts_and_reports_that_are_marked_as_an_exercise(directory, inside, hurried):
    said = run(minutes=1, rate=20, seed=1)

    alerts = Report.objects.filter(kind="LOCATION_ALERT").count()
    written = Report.objects.filter(kind="WRITTEN").count()
    assert alerts > written > 0
    assert not Report.objects.filter(is_exercise=False).exists()
    assert not Case.objects.filter(is_exercise=False).exists()
    assert f"Sent {alerts + written}: {alerts} alerts, {written} reports." in said
    assert "were not taken" not in said


def test_some_have_no_position_and_some_allow_social_workers_only(directory, inside, hurried):
    run(minutes=1.5, rate=20, seed=3)

    alerts = Report.objects.filter(kind="LOCATION_ALERT")
    assert alerts.filter(marks__contains=["NO_POSITION"]).exists()
    assert alerts.filter(may_tell="SOCIAL_WORKERS").exists()
    assert alerts.filter(may_tell="NEAREST_HELP").exists()
    assert alerts.filter(language="en").exists()


def test_demo_officers_answer_over_the_same_pages(directory, inside, hurried, pim, anong, monkeypatch):
    for officer in (pim, anong):
        officer.set_password(PASSWORD)
        officer.save()
    monkeypatch.setattr(simulate, "demo_logins", lambda: (["pim", "anong"], PASSWORD))

    said = run(minutes=2, rate=20, seed=8, answer=True)

    taken = Dispatch.objects.filter(acknowledged_at__isnull=False)
    assert taken.filter(acknowledged_by=pim).exists()
    assert taken.filter(acknowledged_by=anong).exists()
    assert f"took what was asked {taken.count()} times" in said
    assert "median" in said


def test_nothing_is_sent_outside_the_demo(directory, inside, settings):
    settings.IS_DEMO = False

    with pytest.raises(CommandError, match="not the demo"):
        run(minutes=1)

    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://protect.example",
        "http://127.0.0.1.example",
        "http://10.0.0.7:8000",
        "http://127.0.0.1@protect.example",
        "ftp://127.0.0.1",
        "file:///etc",
        "127.0.0.1:8000",
        "",
    ],
)
def test_nothing_is_sent_to_another_machine(elsewhere):
    assert not is_this_machine(elsewhere)
    with pytest.raises(CommandError, match="on this machine"):
        call_command("simulate", base_url=elsewhere, stdout=StringIO())


def test_a_portal_that_is_not_there_is_said_plainly(monkeypatch):
    monkeypatch.setattr(browsers, "TIMEOUT_SECONDS", 1)

    with pytest.raises(CommandError, match=r"Nobody answers .* \./portal run"):
        call_command("simulate", base_url="http://127.0.0.1:1", stdout=StringIO())


def test_the_demo_has_logins_for_everybody_but_the_administrator():
    names, password = simulate.demo_logins()

    assert "pim" in names
    assert "krit" not in names
    assert password


def test_ctrl_c_ends_with_the_summary(directory, inside, hurried, monkeypatch):
    def interrupted(self, press, presses=iter(range(3))):  # noqa: B008 - one counter for all calls
        if next(presses) == 2:
            raise KeyboardInterrupt
        return pressed(self, press)

    pressed = simulate.Command._press
    monkeypatch.setattr(simulate.Command, "_press", interrupted)

    said = run(minutes=10, rate=60, seed=2)

    assert "Stopped." in said
    assert "Sent 2:" in said


def test_what_the_portal_does_not_take_is_counted(directory, inside, hurried, monkeypatch):
    monkeypatch.setattr(Crowd, "next", lambda self: simulate.Press("/th/nowhere/", {}))

    assert "were not taken" in run(minutes=0.2, rate=60, seed=2)


@pytest.mark.parametrize("options", [{"minutes": 0}, {"rate": 0}, {"rate": -3}])
def test_a_rate_or_a_time_of_nothing_is_refused(options):
    with pytest.raises(CommandError, match="more than nothing"):
        run(**options)
