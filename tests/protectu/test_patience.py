"""A web process does not wait for ever for a base that does not answer."""

import psycopg
import pytest
from django.db import connection

from cases.management.commands import watch
from protectu import patience
from protectu.patience import PatientConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    """A connection of its own to the tests' database, of a class that no other test shares."""

    class Patient(PatientConnection):
        patience = 0.3

    parameters = connection.get_connection_params()
    ours = {name: parameters[name] for name in parameters.keys() - {"cursor_factory", "context", "pool"}}
    with Patient.connect(**ours, autocommit=True) as opened:
        yield opened


def test_a_statement_that_takes_too_long_is_given_up_with_its_connection(base):
    pid = base.info.backend_pid

    with pytest.raises(psycopg.OperationalError, match="no answer in time"):
        base.execute("SELECT pg_sleep(60)")

    assert base.closed
    with connection.cursor() as cursor:
        cursor.execute("SELECT query, state, pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s", [pid])
        assert cursor.fetchall() == [("SELECT pg_sleep(60)", "active", True)]  # and nobody waited for it


def test_within_its_patience_nothing_changes(base):
    assert base.execute("SELECT 7").fetchone() == (7,)
    assert not base.closed


def test_who_listens_may_wait_for_as_long_as_it_says(base):
    assert list(base.notifies(timeout=1)) == []
    assert not base.closed


def test_a_person_hears_within_eight_seconds_that_the_base_does_not_answer():
    """A page waits for it once: tests/cases/pages/public/test_not_sent.py."""
    pool = connection.settings_dict["OPTIONS"]["pool"]

    assert patience.WEB_SECONDS + pool["timeout"] < 8


def test_a_base_that_is_back_is_met_within_seconds():
    assert connection.settings_dict["OPTIONS"]["pool"]["reconnect_timeout"] <= 2
    assert watch.TICK_SECONDS <= 2  # how long watch, which has a connection of its own, waits before it tries again


def test_only_a_web_process_is_impatient():
    assert PatientConnection.patience is None
    assert connection.settings_dict["OPTIONS"]["pool"]["connection_class"] is PatientConnection
