"""How long a process waits for PostgreSQL: a frozen database refuses nothing and answers nothing."""

import os
import select
import threading
import time
from contextlib import suppress
from typing import Any, ClassVar
from weakref import WeakSet

import psycopg
from django.conf import settings
from psycopg import errors, generators, waiting

WEB_SECONDS = 5.0  # for one statement; nobody waits longer for a page
WORK_SECONDS = 120.0  # the same for a worker or watch, whose work is done in small pieces
CANCEL_SECONDS = 10.0  # for a statement that was cancelled to end

# What the server does for us, by the process. There is never a statement_timeout: it would end the commit of a press.
# A lock is given up before the statement is, so that the connection can still be used.
SESSION = {
    "web": {"lock_timeout": "4s", "idle_in_transaction_session_timeout": "30s"},
    "worker": {"lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"},
}
# The server looks so often whether we are still there while it works for us.
LOOKS = {"client_connection_check_interval": "2s"}


class PatientConnection(psycopg.Connection[Any]):
    """Gives a statement up when it takes longer than `patience` seconds. None: it waits.

    A statement that is given up is cancelled, a commit is not: cancelled while it waits for a standby, it would be
    done but not safe. Until its server process has ended it counts as a connection, so that however many are given up
    there are never more than `most`.
    """

    patience: ClassVar[float | None] = None
    most: ClassVar[int | None] = None
    session: ClassVar[dict[str, str]] = {}
    made: ClassVar["WeakSet[PatientConnection]"] = WeakSet()
    left: ClassVar[set[int]] = set()  # server processes that still work on what was given up
    lock_of_all: ClassVar[threading.Lock] = threading.Lock()
    is_committing = False

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> "PatientConnection":
        if cls.session:
            told = " ".join(f"-c {name}={value}" for name, value in cls.session.items())
            options["options"] = f"{options.get('options') or ''} {told}".strip()
        if cls.most is not None and cls.count() >= cls.most:
            raise psycopg.OperationalError("each connection of this process waits for the database")
        connection = super().connect(conninfo, **options)
        cls.made.add(connection)
        return connection

    @classmethod
    def count(cls) -> int:
        with cls.lock_of_all:
            return len(cls.left) + sum(not connection.closed for connection in list(cls.made))

    def commit(self) -> None:
        self.is_committing = True
        try:
            super().commit()
        finally:
            self.is_committing = False

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None or self.patience is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except errors._WaitTimeout as error:
            self.give_up()
            raise psycopg.OperationalError("no answer in time") from error

    def give_up(self) -> None:
        """Close this side: a late answer would be taken for the answer to the next statement."""
        line, server = os.dup(self.pgconn.socket), self.pgconn.backend_pid
        is_to_be_cancelled = not self.is_committing and psycopg.capabilities.has_cancel_safe()
        cancel = self.pgconn.cancel_conn() if is_to_be_cancelled else None
        with self.lock_of_all:
            self.left.add(server)
        self.pgconn.finish()
        threading.Thread(target=self._see_it_end, args=[line, server, cancel], daemon=True).start()

    @classmethod
    def _see_it_end(cls, line: int, server: int, cancel: Any) -> None:
        """Wait until the server hangs up. One that is gone without a word is noticed by the socket's own timeouts."""
        try:
            if cancel:
                with suppress(psycopg.Error):
                    _cancel(cancel)
                _wait_for_the_end(line, CANCEL_SECONDS)  # after that it notices by itself that nobody is there
            else:
                _wait_for_the_end(line, None)
        finally:
            os.close(line)
            with cls.lock_of_all:
                cls.left.discard(server)


def _cancel(cancel: Any) -> None:
    """Ask for the end. The older way of libpq would hold the whole process while the server is frozen."""
    cancel.start()
    waiting.wait_conn(generators.cancel(cancel), interval=0.1, timeout=CANCEL_SECONDS)


def _wait_for_the_end(line: int, seconds: float | None) -> None:
    """Read what still comes until the other side hangs up, or for so many seconds."""
    until = None if seconds is None else time.monotonic() + seconds
    poll = select.poll()
    poll.register(line, select.POLLIN)
    while until is None or time.monotonic() < until:
        if poll.poll(1000):
            try:
                if not os.read(line, 65536):
                    return
            except BlockingIOError:
                continue
            except OSError:
                return


def suit(process: str) -> None:
    """Make the connections of this process as patient as its work allows. A command by hand waits for ever."""
    is_web = process == "web"
    pools = [database["OPTIONS"]["pool"] for database in settings.DATABASES.values()]
    PatientConnection.patience = WEB_SECONDS if is_web else WORK_SECONDS
    name = {"application_name": f"portal-{process}"}  # in pg_stat_activity
    PatientConnection.session = {**SESSION["web" if is_web else "worker"], **LOOKS, **name}
    # watch listens on one more
    PatientConnection.most = sum(pool["max_size"] for pool in pools) + (process == "watch")
