"""Hear each commit, hint the workers, and do what they leave undone."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from agencies import clock, process
from agencies.models import ContactPoint, Heartbeat
from agencies.models.notification import CHANNEL
from agencies.reach import delivery, heartbeat, replies
from agencies.reach.hints import hint
from agencies.sweeps import stands_back
from cases.flow import catching_up, dispatching
from cases.reads import audit

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
LEFT_UNDONE = timedelta(seconds=3)  # after this long no worker is coming
HEARTBEAT_SECONDS = 10.0
BRING_BACK_SECONDS = 5.0
AUDIT_SECONDS = 60.0
AUDIT_AGAIN_SECONDS = 5.0  # after a finding, to see soon whether it is still there
STUCK_SECONDS = 600.0  # much longer than all that a task may wait for; deliveries have deadlines of their own


class Command(BaseCommand):
    help = "Wakes the workers at each commit, and delivers and escalates by itself when they do not come."

    def handle(self, *args: Any, **options: Any) -> None:
        watch = Watch()
        process.begin("watch", is_well=watch.is_well)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: watch.stopping.set())
        watch.run()


class Watch:
    """Run each task in a thread of its own, so that a frozen broker or a slow mail server holds up no other task."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.owed = threading.Event()  # something was committed to the outbox
        self.rounds = process.Rounds()

    def is_well(self) -> bool:
        """Say whether it hears, or tries to, and whether no task hangs."""
        others = (self._hint, self._escalate, self._bring_back, self._audit)
        stuck = [task for task in others if self.rounds.seconds(task.__name__) > STUCK_SECONDS]
        return self._hears() and not stuck

    def _hears(self) -> bool:
        return self.rounds.seconds(self._listen.__name__) < process.MISSED_SECONDS

    def run(self) -> None:
        threads = [threading.Thread(target=self._repeat, args=(task,), daemon=True) for task in self.tasks()]
        for thread in threads:
            thread.start()
        self._repeat(self._listen)
        for thread in threads:
            thread.join(timeout=TICK_SECONDS)

    def tasks(self) -> list[Callable[[], None]]:
        deliveries = [partial(self._deliver, transport) for transport in ContactPoint.Transport.values]
        ours = [self._hint, self._escalate, self._bring_back, self._audit, self._beat, self._deliver_alerts]
        return [*ours, *deliveries]

    def _repeat(self, task: Callable[[], None]) -> None:
        """Repeat the task and wait for a lost database. Any other error ends the process, to be restarted."""
        try:
            while not self.stopping.is_set():
                self.rounds.turn(getattr(task, "__name__", ""))
                try:
                    task()
                except (psycopg.Error, DatabaseError) as error:
                    logger.warning("watch lost the database: %s", type(error).__name__)
                    connection.close()
                    self.stopping.wait(TICK_SECONDS)
        finally:
            self.stopping.set()

    def _listen(self) -> None:
        """Set `owed` at each NOTIFY, and once at the start, because a NOTIFY is lost while nobody listens."""
        parameters = connection.get_connection_params()
        ours = {name: parameters[name] for name in parameters.keys() - {"cursor_factory", "context", "pool"}}
        with psycopg.connect(**ours, autocommit=True) as listener:
            listener.execute(f"LISTEN {CHANNEL}")
            self.owed.set()
            while not self.stopping.is_set():
                self.rounds.turn(self._listen.__name__)
                for _notice in listener.notifies(timeout=TICK_SECONDS, stop_after=1):
                    self.owed.set()

    def _beat(self) -> None:
        """Beat for as long as _listen hears. Apart from it, because somebody may hold the row."""
        if self._hears():
            Heartbeat.beat(Heartbeat.Process.WATCH, now=clock.now(), ahead=clock.offset())
        self.stopping.wait(HEARTBEAT_SECONDS)

    def _hint(self) -> None:
        if self.owed.wait(TICK_SECONDS):
            self.owed.clear()
            # all() stops at the first hint that the broker does not take: beat and _deliver see to the others.
            all(hint("agencies.tasks.deliver", transport=transport) for transport in settings.TRANSPORTS)

    def _deliver(self, transport: str) -> None:
        delivery.deliver_due(transport=transport, due_for=LEFT_UNDONE)
        replies.send_owed(transport=transport)
        self.stopping.wait(TICK_SECONDS)

    def _deliver_alerts(self) -> None:
        """Deliver the alerts that wait while the thread of their transport is busy with something slow."""
        for transport in ContactPoint.Transport.values:
            delivery.deliver_due(transport=transport, due_for=LEFT_UNDONE, only_alerts=True)
        self.stopping.wait(TICK_SECONDS)

    def _escalate(self) -> None:
        _escalate_overdue()
        self.stopping.wait(TICK_SECONDS)

    def _bring_back(self) -> None:
        catching_up.bring_back()
        self.stopping.wait(BRING_BACK_SECONDS)

    def _audit(self) -> None:
        """Record what is wrong. Ping the outside watcher only when nothing is."""
        found = {finding.code: finding.count for finding in audit.findings(now=clock.now())}
        Heartbeat.beat(Heartbeat.Process.AUDIT, now=clock.now(), ahead=clock.offset(), findings=found)
        if not found:
            heartbeat.ping()
        self._until_next_audit(is_well=not found)

    def _until_next_audit(self, *, is_well: bool) -> None:
        """Wait a minute when all is well, but not longer than until a clock is in doubt: its light burns at once."""
        began = time.monotonic()
        self.stopping.wait(AUDIT_AGAIN_SECONDS)
        while is_well and time.monotonic() - began < AUDIT_SECONDS and not clock.is_in_doubt():
            if self.stopping.wait(TICK_SECONDS):
                return


@stands_back
def _escalate_overdue() -> None:
    dispatching.escalate_overdue(now=clock.now() - LEFT_UNDONE)
