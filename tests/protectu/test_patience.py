"""A process does not wait for ever for a base that does not answer, and leaves nothing behind that adds up."""

import threading
from contextlib import ExitStack
from weakref import WeakSet

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from cases.management.commands import watch
from protectu import patience
from protectu.patience import PatientConnection
from tests.stack import wait_for

pytestmark = pytest.mark.django_db

BACKENDS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'patient'"
MOST = 3


@pytest.fixture
def patient():
    """A class that no other test shares."""

    class Patient(PatientConnection):
        patience = 0.3
        most = MOST
        made = WeakSet()
        left = set()

    return Patient


@pytest.fixture
def connect(patient):
    parameters = connection.get_connection_params()
    ours = {name: parameters[name] for name in parameters.keys() - {"cursor_factory", "context", "pool"}}
    with ExitStack() as opened:
        yield lambda: opened.enter_context(patient.connect(**ours, autocommit=True, application_name="patient"))


@pytest.fixture
def base(connect):
    """A connection of its own to the tests' database."""
    return connect()


def backends() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # or each look of a transaction is its first
        cursor.execute(BACKENDS)
        return cursor.fetchone()[0]


def test_a_statement_that_takes_too_long_is_given_up_with_its_connection_and_ended(base):
    with pytest.raises(psycopg.OperationalError, match="no answer in time"):
        base.execute("SELECT pg_sleep(600)")

    assert base.closed
    wait_for(lambda: backends() == 0, what="its server process to end")


def test_however_many_statements_are_given_up_there_are_never_more_server_processes(connect, patient, monkeypatch):
    """The server is frozen, or the table is: nothing that is cancelled ends."""
    monkeypatch.setattr(patience, "_wait_for_the_end", lambda line, seconds: is_over.wait(60))
    is_over = threading.Event()
    try:
        for _ in range(MOST):
            with pytest.raises(psycopg.OperationalError, match="no answer in time"):
                connect().execute("SELECT pg_sleep(1)")
        with pytest.raises(psycopg.OperationalError, match="each connection of this process waits"):
            connect()
    finally:
        is_over.set()

    wait_for(lambda: patient.count() == 0, what="all to be over")
    assert connect().execute("SELECT 7").fetchone() == (7,)


def test_a_commit_that_is_given_up_is_not_cancelled(base, patient):
    """Cancelled while it waits for the standby, it would be done and not safe."""
    base.autocommit = False
    base.execute("CREATE TEMP TABLE kept (n int)")
    base.execute(
        "CREATE FUNCTION pg_temp.slow() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$"
    )
    base.execute(
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON kept INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION pg_temp.slow()"
    )
    base.execute("INSERT INTO kept VALUES (1)")

    with pytest.raises(psycopg.OperationalError, match="no answer in time"):
        base.commit()

    assert base.closed
    assert backends() == patient.count() == 1  # it goes on, and counts
    wait_for(lambda: patient.count() == backends() == 0, what="the commit to end")


def test_within_its_patience_nothing_changes(base):
    assert base.execute("SELECT 7").fetchone() == (7,)
    assert not base.closed


def test_a_connection_that_is_closed_leaves_its_place_to_the_next(connect):
    for _ in range(3 * MOST):
        connect().close()


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


def test_a_command_by_hand_is_not_impatient():
    assert PatientConnection.patience is PatientConnection.most is None
    assert PatientConnection.session == {}
    assert connection.settings_dict["OPTIONS"]["pool"]["connection_class"] is PatientConnection


@pytest.fixture
def unsuited(monkeypatch):
    """What a process changes in the class is put back."""
    for name in ("patience", "most", "session"):
        monkeypatch.setattr(PatientConnection, name, getattr(PatientConnection, name))


@pytest.mark.parametrize(("process", "more"), [("web", 0), ("worker", 0), ("beat", 0), ("watch", 1)])
def test_each_process_has_as_many_connections_as_its_pool(unsuited, process, more):
    patience.suit(process)

    assert PatientConnection.most == settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] + more


@pytest.mark.parametrize("process", ["web", "worker"])
def test_no_lock_is_waited_for_without_an_end_and_no_commit_is_ended(unsuited, connect, patient, process):
    patience.suit(process)
    patient.session, patient.patience = PatientConnection.session, None

    base = connect()

    said = {
        name: base.execute(f"SHOW {name}").fetchone()[0]
        for name in (
            "lock_timeout",
            "statement_timeout",
            "idle_in_transaction_session_timeout",
            "client_connection_check_interval",
        )
    }
    assert said == {
        "lock_timeout": patience.SESSION[process]["lock_timeout"],
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": {"web": "30s", "worker": "1min"}[process],
        "client_connection_check_interval": "2s",
    }


def test_a_lock_is_given_up_before_the_statement_so_that_the_connection_stays():
    assert patience.SESSION["web"]["lock_timeout"] == "4s"
    assert patience.WEB_SECONDS > 4
