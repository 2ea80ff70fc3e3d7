"""Health hears of a press that was refused at once, and that they are taken again too."""

import pytest
from django.db import connection

from protectu import refusals
from protectu.refusals import Refused


@pytest.fixture
def refused(monkeypatch):
    monkeypatch.setattr(refusals, "REFUSED", Refused())
    return refusals.REFUSED


def test_a_refusal_is_seen_for_a_minute(refused, monkeypatch):
    refused.note(is_taken=False)
    assert (refused.is_last, refused.lately) == (True, 1)

    now = refusals.time.monotonic()
    monkeypatch.setattr(refusals.time, "monotonic", lambda: now + 61)

    assert (refused.is_last, refused.lately) == (False, 0)


def test_a_press_that_is_taken_again_ends_the_trouble_and_the_number_stays(refused):
    for is_taken in (False, False, True):
        refused.note(is_taken=is_taken)

    assert (refused.is_last, refused.lately) == (False, 2)


@pytest.mark.django_db
def test_health_says_it(client, refused):
    refused.note(is_taken=False)

    answer = client.get("/health/").json()

    assert "refusing" in answer["problems"]
    assert answer["refused"] == 1


@pytest.mark.django_db
def test_a_database_that_takes_nothing_is_named_before_anybody_presses(client):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")

    assert "read_only" in client.get("/health/").json()["problems"]
