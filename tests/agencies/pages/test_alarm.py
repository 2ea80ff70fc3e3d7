"""Every officer sees when agencies may not be told, whatever page is open."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from agencies.models import Heartbeat, Notification
from agencies.pages import alarm
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

CALL = "Call them by telephone, and tell your administrator."


@pytest.fixture(autouse=True)
def uncalm(calm, db):
    """All is well, and it is asked for."""
    cache.delete(alarm.KEY)
    for process in Heartbeat.Process:
        Heartbeat.beat(process, now=timezone.now())


def page(client, officer, address="/start/") -> str:
    client.force_login(officer)
    return client.get(address, follow=True).content.decode()


def test_all_is_well_and_nothing_is_said(client, anong, directory):
    make_alert(now=timezone.now())

    assert CALL not in page(client, anong)


@pytest.mark.parametrize(
    ("process", "words"),
    [
        ("WATCH", "the watch is silent"),
        ("WORKER", "the workers are silent"),
        ("AUDIT", "the check of each minute is silent"),
    ],
)
def test_a_silent_process_is_said_and_what_to_do(client, anong, process, words):
    Heartbeat.objects.filter(process=process).update(at=timezone.now() - timedelta(minutes=3))

    shown = page(client, anong)

    assert CALL in shown
    assert words in shown
    assert "▲" in shown


def test_a_clock_that_is_wrong_is_said(client, anong):
    Heartbeat.beat(Heartbeat.Process.WORKER, now=timezone.now(), ahead=timedelta(hours=1))

    assert "a clock is wrong" in page(client, anong)


def test_an_overdue_message_is_said(client, anong, directory):
    make_alert(now=timezone.now() - timedelta(minutes=3))

    assert "messages are waiting that should have left" in page(client, anong)


def test_that_nothing_ever_ran_is_said(client, anong):
    Heartbeat.objects.all().delete()

    assert CALL in page(client, anong)


@pytest.mark.parametrize("name", ["pim", "anong", "somchai", "krit"])
def test_every_role_sees_it(client, request, name):
    officer = request.getfixturevalue(name)
    Heartbeat.objects.all().delete()

    assert CALL in page(client, officer)


def test_a_screen_that_stays_open_asks_again_for_the_banner_alone(client, anong):
    assert 'hx-get="/alarm/"' in page(client, anong)
    Heartbeat.objects.all().delete()
    cache.delete(alarm.KEY)

    shown = page(client, anong, "/alarm/")

    assert CALL in shown
    assert "<html" not in shown


def test_many_pages_ask_once(anong, django_assert_num_queries):
    Notification.objects.all().delete()

    with django_assert_num_queries(2):  # the processes, and the lines
        for _ in range(5):
            alarm.reasons(now=timezone.now())


def test_who_is_not_logged_in_is_told_nothing(client):
    Heartbeat.objects.all().delete()

    assert CALL not in client.get("/login/").content.decode()
