"""From the commit of an alert to the moment at which a mail server has taken the last message of its first ring."""

import threading
import time
from argparse import Namespace
from collections import defaultdict
from pathlib import Path

from bench import presses
from bench.figures import Figure, load, percentile, spread
from bench.portal import Portal, portal

P99_SECONDS = 1.0
PROCESSES = ("redis", "worker", "beat", "watch", "web")
# The clock just before the commit: a deferred trigger is the last thing that a transaction does.
NOTE_COMMITS = """
CREATE TABLE bench_commit (case_id bigint PRIMARY KEY, at timestamptz NOT NULL);
GRANT INSERT ON bench_commit TO PUBLIC;
CREATE FUNCTION bench_note() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO bench_commit VALUES (NEW.id, clock_timestamp()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER bench_note AFTER INSERT ON cases_case
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bench_note();
"""
OWED = "SELECT count(*) FROM agencies_notification WHERE state IN ('QUEUED', 'SENDING') AND due_at <= now()"
MESSAGES = """
SELECT d.case_id, n.idempotency_key::text, extract(epoch FROM b.at)::float8
  FROM bench_commit b JOIN cases_dispatch d ON d.case_id = b.case_id
  JOIN cases_dispatch_notifications t ON t.dispatch_id = d.id JOIN agencies_notification n ON n.id = t.notification_id
 WHERE d.ring = 1
"""


def run(options: Namespace) -> list[Figure]:
    with portal(web_workers=1) as own, own.mailbox() as taken:
        with own.stack.connect() as connection:
            connection.execute(NOTE_COMMITS)
        own.begin(*PROCESSES)
        presses.without_pause(own.stack.port, clients=2, seconds=3)  # warm
        _settle(own, seconds=60)
        with own.stack.connect() as connection:
            connection.execute("TRUNCATE bench_commit")
        figures = []
        for _ in range(options.rounds):
            figures += _round(own, options, taken)
        return figures


def _round(own: Portal, options: Namespace, taken: Path) -> list[Figure]:
    seconds, over = options.seconds, threading.Event()
    backlog: list[int] = []
    watcher = threading.Thread(target=_watch_backlog, args=(own, backlog, over))
    watcher.start()
    done = presses.at_rate(own.stack.port, a_second=options.rate, seconds=seconds)
    over.set()
    watcher.join()
    left = _settle(own, seconds=60)
    waits, lost = _waits(own, taken)
    thirds = len(backlog) // 3
    print(f"  {options.rate:g} alerts a second for {seconds} s, {load()}")
    with own.stack.connect() as connection:
        connection.execute("TRUNCATE bench_commit")
    return [
        Figure("alerts taken", sum(press.is_taken for press in done)),
        Figure("alerts not taken", sum(not press.is_taken for press in done), reach=0),
        *spread(waits, "from the commit to the last message taken", unit="s", p99=P99_SECONDS),
        Figure("longest", max(waits), "s"),
        Figure("messages owed, median of the first third", percentile(backlog[:thirds], 0.5)),
        Figure("messages owed, median of the last third", percentile(backlog[-thirds:], 0.5)),
        Figure("seconds until the rest was told", left, "s"),
        Figure("messages that never came", lost, reach=0),
    ]


def _watch_backlog(own: Portal, backlog: list[int], over: threading.Event) -> None:
    while not over.wait(0.5):
        backlog.append(own.stack.value(OWED))


def _settle(own: Portal, *, seconds: float) -> float:
    """How long it took until nothing was owed."""
    began = time.monotonic()
    while own.stack.value(OWED) and time.monotonic() - began < seconds:
        time.sleep(0.05)
    return time.monotonic() - began


def _waits(own: Portal, taken: Path) -> tuple[list[float], int]:
    """Of each alert the seconds to its last message, and how many messages did not come."""
    came = dict(line.split() for line in taken.read_text().splitlines())
    waits: dict[int, list[float]] = defaultdict(list)
    lost = 0
    for case, key, committed_at in own.stack.rows(MESSAGES):
        if key in came:
            waits[case].append(float(came[key]) - committed_at)
        else:
            lost += 1
    return [max(each) for each in waits.values()], lost
