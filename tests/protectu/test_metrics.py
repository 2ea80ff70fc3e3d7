"""Metrics are right, readable by Prometheus, and only for who has the token."""

import re
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from agencies.models import Heartbeat, MalformedCall, Notification
from cases.models import Case, Dispatch
from cases.reads import canaries
from protectu import metrics
from tests.conftest import make_alert

pytestmark = pytest.mark.django_db

SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]+"(,[a-z]+="[^"]+")*\})? -?[0-9.]+(e-?\d+)?')


@pytest.fixture
def read(client, settings):
    settings.METRICS_TOKEN = "correct-horse"

    def read(token: str = "correct-horse"):
        return client.get("/metrics/", headers={"Authorization": f"Bearer {token}"})

    return read


def samples(answer) -> dict[str, float]:
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_without_a_token_in_the_environment_there_is_no_such_page(client, settings):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics/", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("token", ["", "wrong", "correct-hors", "ไม่ใช่"])
def test_another_token_opens_nothing(read, token):
    answer = read(token)

    assert answer.status_code == 401
    assert answer.content == b""


def test_every_line_is_of_the_format(read, directory):
    make_alert(now=timezone.now())
    Heartbeat.beat(Heartbeat.Process.WATCH, now=timezone.now())

    answer = read()

    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert all(SAMPLE.fullmatch(line) or line.startswith(("# TYPE protectu_", "# HELP protectu_")) for line in lines)


def test_each_metric_says_what_it_means_and_of_what_type_it_is_before_its_samples(read, directory, monkeypatch):
    make_alert(now=timezone.now())
    monkeypatch.setattr(metrics.canaries, "last", lambda now: canaries.Last(1.0, 2, 3))

    lines = read().content.decode().splitlines()

    heads = [line.split(" ", 3) for line in lines if line.startswith("#")]
    assert [head[1] for head in heads] == ["HELP", "TYPE"] * (len(heads) // 2)
    assert [head[2] for head in heads[::2]] == [head[2] for head in heads[1::2]]
    assert {head[2].removeprefix("protectu_") for head in heads} == metrics.HELP.keys()
    assert all(head[3].endswith(".") for head in heads[::2])


def test_the_clock_of_each_process_is_compared_with_the_database(read):
    Heartbeat.beat(Heartbeat.Process.WATCH, now=timezone.now(), ahead=timedelta(seconds=-3600))

    found = samples(read())

    assert found['protectu_clock_ahead_seconds{process="watch"}'] == -3600
    assert abs(found['protectu_clock_ahead_seconds{process="web"}']) < 10


def test_the_queue_is_counted_with_its_age_and_its_failures(read, directory):
    make_alert(now=timezone.now() - timedelta(minutes=2))
    failed = Notification.objects.first()
    failed.state = Notification.State.FAILED
    failed.save()

    found = samples(read())

    queued, email = 'state="QUEUED",transport="EMAIL"', 'state="FAILED",transport="EMAIL"'
    assert found[f"protectu_messages{{{queued}}}"] == Notification.objects.count() - 1
    assert found[f"protectu_messages{{{email}}}"] == 1
    assert 120 <= found[f"protectu_messages_oldest_due_seconds{{{queued}}}"] < 180
    assert found[f"protectu_messages_oldest_due_seconds{{{email}}}"] == 0


def test_open_cases_by_state_without_exercises(read, directory):
    now = timezone.now()
    for fields in ({}, {"red_since": now}, {"held_at": now}, {"held_at": now}, {"is_exercise": True}):
        case = make_alert(now=now).case
        Case.objects.filter(pk=case.pk).update(**fields)

    found = samples(read())

    states = [found[f'protectu_open_cases{{state="{state}"}}'] for state in ("waiting", "red", "held")]
    assert states == [1, 1, 2]


def test_times_to_acknowledgement_fall_into_their_buckets(read, directory):
    case = make_alert(now=timezone.now()).case
    waits = [60, 61, 4000]
    for dispatch, seconds in zip(case.dispatches.order_by("pk"), waits, strict=True):
        answered_at = dispatch.asked_at + timedelta(seconds=seconds)
        fields = {"acknowledged_at": answered_at, "acknowledged_by_name": "Pim"}
        Dispatch.objects.filter(pk=dispatch.pk).update(**fields)

    found = samples(read())

    buckets = {
        le: found[f'protectu_acknowledgement_seconds_bucket{{le="{le}"}}'] for le in ("60", "120", "300", "+Inf")
    }
    assert buckets == {"60": 1, "120": 2, "300": 2, "+Inf": 3}
    assert found["protectu_acknowledgement_seconds_sum"] == sum(waits)
    assert found["protectu_acknowledgement_seconds_count"] == 3


def test_what_providers_say_and_nobody_understands_is_counted(read):
    MalformedCall.note("from_gateway")
    MalformedCall.note("from_gateway")

    assert samples(read())['protectu_malformed_calls_total{hook="from_gateway"}'] == 2


def test_a_reference_or_an_address_stands_nowhere(read, directory):
    report = make_alert(now=timezone.now())

    text = read().content.decode()

    assert report.reference not in text
    assert "@" not in text


def test_without_the_database_there_are_no_figures(read, monkeypatch):
    monkeypatch.setattr(connection, "cursor", Mock(side_effect=OperationalError))

    assert read().status_code == 503
