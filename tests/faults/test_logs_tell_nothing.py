"""Statements on a place fail in every way that we know of: nothing of the place or the words is in any log."""

import os
import signal
import subprocess
import threading
from contextlib import suppress

import psycopg
import pytest

from tests.cluster import StackAlone
from tests.faults.test_broker import BETONG
from tests.press import press
from tests.stack import wait_for

pytestmark = pytest.mark.fault

POINT = "SRID=4326;POINT(101.0725777 5.7740333)"
WORDS = "they lock the door at night"
MOVE = "UPDATE cases_position SET point = %s::geography WHERE report_id = %s"
WAIT = "UPDATE cases_report SET network = %s WHERE id = %s AND pg_sleep(60) IS NOT NULL"
SORT = "SELECT '{words}', n FROM generate_series(1, 100000) AS n ORDER BY md5(n::text)"


def execute(connection: psycopg.Connection, statement: str, *values: object) -> None:
    """As Django does it: the values stand in the statement."""
    psycopg.ClientCursor(connection).execute(statement, values)


def report_of(stack: StackAlone) -> int:
    reference = press(stack.url, at=BETONG).reference
    return stack.value("SELECT id FROM cases_report WHERE reference = %s", reference)


def refuse(stack: StackAlone, statement: str, *values: object, before: str = "SELECT 1") -> None:
    with stack.connect() as connection:
        connection.execute(before)
        with pytest.raises(psycopg.Error):
            execute(connection, statement, *values)


def deadlock(stack: StackAlone, first: int, second: int) -> None:
    with stack.connect() as ours, stack.connect() as theirs:
        for connection, report in ((ours, first), (theirs, second)):
            connection.execute("BEGIN")
            execute(connection, MOVE, POINT, report)
        other = threading.Thread(target=try_to, args=[theirs, MOVE, POINT, first])
        other.start()
        try_to(ours, MOVE, POINT, second)
        ours.execute("ROLLBACK")
        other.join()
        theirs.execute("ROLLBACK")


def try_to(connection: psycopg.Connection, statement: str, *values: object) -> None:
    with suppress(psycopg.Error):
        execute(connection, statement, *values)


def end_from_outside(stack: StackAlone, report: int, how: str) -> None:
    with stack.connect() as connection:
        pid = connection.info.backend_pid
        running = threading.Thread(target=try_to, args=[connection, WAIT, WORDS, report])
        running.start()
        sleeps = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
        wait_for(lambda: stack.value(sleeps, pid), what="the statement to run")
        if how == "killed, as for want of memory":
            os.kill(pid, signal.SIGKILL)
        else:
            stack.value(f"SELECT {how}(%s)", pid)
        running.join()


def use_up_the_disk_for_sorting(stack: StackAlone) -> None:
    services = stack.cluster.services
    limits = "SET temp_file_limit = '1kB'; SET work_mem = '64kB'; "
    done = subprocess.run([*services.psql, "-c", limits + SORT.format(words=WORDS)], check=False, **services.how)
    assert done.returncode


def test_whatever_fails_no_log_quotes_a_place_or_a_word(alone: StackAlone):
    first, second = report_of(alone), report_of(alone)
    point = alone.value("SELECT point::text FROM cases_position WHERE report_id = %s", first)

    deadlock(alone, first, second)
    use_up_the_disk_for_sorting(alone)
    refuse(alone, "UPDATE cases_report SET kind = 'PANIC', network = %s WHERE id = %s", WORDS, first)
    refuse(alone, f"{MOVE} AND no_such_column", POINT, first)
    refuse(alone, "SELECT %s::geography, pg_sleep(60)", POINT, before="SET statement_timeout = '100ms'")
    for how in ("pg_cancel_backend", "pg_terminate_backend", "killed, as for want of memory"):
        end_from_outside(alone, first, how)

    wait_for(alone.is_well, seconds=120, what="the portal to be well again")
    logs = {path.name: path.read_text(errors="replace") for path in alone.folder.glob("*.log")}
    assert "deadlock detected" in logs["postgres.log"]
    assert "temp_file_limit" in logs["postgres.log"]
    assert "terminated by signal 9" in logs["postgres.log"]
    for name, text in logs.items():
        for secret in (WORDS, "101.0725", "5.774", point, "UPDATE cases_"):
            assert secret not in text, (name, secret)
