"""A web process does not wait for ever for a base that does not answer."""

import time

import psycopg
import pytest
from django.db import connection

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
    before = time.monotonic()

    with pytest.raises(psycopg.OperationalError, match="no answer in time"):
        base.execute("SELECT pg_sleep(2)")

    assert time.monotonic() - before < 1.5
    assert base.closed


def test_within_its_patience_nothing_changes(base):
    assert base.execute("SELECT 7").fetchone() == (7,)
    assert not base.closed


def test_who_listens_may_wait_for_as_long_as_it_says(base):
    assert list(base.notifies(timeout=1)) == []
    assert not base.closed


def test_only_a_web_process_is_impatient():
    assert PatientConnection.patience is None
    assert connection.settings_dict["OPTIONS"]["pool"]["connection_class"] is PatientConnection
