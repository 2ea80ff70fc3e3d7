"""A process that gets no connection although there are some wants a restart; without a database it does not."""

import pytest
from django.db import connection
from django.urls import reverse

from protectu import pool, traffic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def all_taken():
    """Every connection of the pool is out, and nobody brings one back."""
    connection.close()
    own = connection.pool
    own.open()
    taken = [own.getconn(timeout=10) for _ in range(own.max_size)]
    yield own
    for one in taken:
        own.putconn(one)


def test_a_pool_that_has_some_is_well():
    connection.ensure_connection()

    assert not pool.is_exhausted()


def test_a_pool_that_gives_nothing_although_the_database_answers_is_exhausted(all_taken, client):
    assert pool.is_exhausted()

    answer = client.get(reverse("live"))

    assert (answer.status_code, answer.json()) == (503, {"problems": ["connections"]})


def test_while_the_database_gives_nothing_to_anybody_a_restart_would_not_help(all_taken, client, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")

    assert not pool.is_exhausted()
    assert client.get(reverse("live")).status_code == 200


def test_presses_that_never_end_want_a_restart_too(client, monkeypatch):
    lane = traffic.LANES["press"]
    monkeypatch.setattr(lane, "running", lane.at_once)
    monkeypatch.setattr(lane, "moved_at", -10_000.0)

    assert client.get(reverse("live")).json() == {"problems": ["press"]}
