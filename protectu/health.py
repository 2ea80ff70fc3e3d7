"""The health of the portal: what is due and does not leave, the lines, and the last beat of each process."""

from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from agencies import clock, lines
from agencies.models import Heartbeat, Notification
from cases.reads import canaries
from protectu import pool, refusals, traffic

OLDEST_DUE_SECONDS = 30
STUCK_SECONDS = 120  # a press makes some 26 statements, and each may take 5 seconds


@login_not_required
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when all is well, and 503 with the problems otherwise. Numbers only, so it needs no login."""
    try:
        answer = _measure()
    except DatabaseError:
        answer = {"problems": ["database"]}
    return JsonResponse(answer, status=503 if answer["problems"] else 200)


def _measure() -> dict[str, Any]:
    now = clock.now()
    due = Notification.objects.to_agencies().due().order_by("due_at")
    oldest = due.values_list("due_at", flat=True).first()
    age = (now - oldest).total_seconds() if oldest else 0.0
    beats = list(Heartbeat.objects.all())
    down = lines.down()
    found = {code: count for beat in beats for code, count in beat.findings.items()}
    problems = ["oldest_due"] if age > OLDEST_DUE_SECONDS else []
    problems += ["refusing"] if refusals.REFUSED.is_last else []
    problems += ["read_only"] if _is_read_only() else []
    problems += [process.lower() for process in Heartbeat.silent(beats, now=now)]
    problems += ["clock"] if clock.is_in_doubt() or any(beat.is_clock_wrong for beat in beats) else []
    problems += [line.code for line in down]
    return {
        "oldest_due_seconds": round(age, 1),
        "beats": {beat.process.lower(): round((now - beat.at).total_seconds(), 1) for beat in beats},
        "clocks": {**_ahead(beats), "web": round(clock.offset().total_seconds(), 1)},
        "refused": refusals.REFUSED.lately,
        "audit": found,
        "canary": asdict(canary) if (canary := canaries.last(now=now)) else None,
        "lines": {line.transport.lower(): _of(line, now=now) for line in down},
        "problems": list(dict.fromkeys([*problems, *found])),
    }


def _ahead(beats: list[Heartbeat]) -> dict[str, float]:
    """Return by how many seconds the clock of each process is ahead of the database's."""
    return {beat.process.lower(): round(beat.ahead_seconds, 1) for beat in beats}


def _of(line: lines.Down, *, now: datetime) -> dict[str, Any]:
    seconds = round((now - line.since).total_seconds(), 1)
    return {"down_seconds": seconds, "why": line.trouble, "failures": line.failures, "waiting": line.waiting}


def _is_read_only() -> bool:
    """Some managed PostgreSQL stops writing before its disk is full; and a standby never writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool")
        return bool(cursor.fetchone()[0])


@login_not_required
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Answer whether this process may be left alone: 503 when only a restart helps.

    A lost database is no reason to restart it. A pool that gives nothing although the database answers is one, and
    so are presses that never end.
    """
    problems = ["connections"] if pool.is_exhausted() else []
    problems += ["press"] if traffic.LANES["press"].is_stuck(STUCK_SECONDS) else []
    return JsonResponse({"problems": problems}, status=503 if problems else 200)


@login_not_required
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether this process can serve: its database answers, has our tables, and agrees on the time."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        problems = ["migrations"] * (not _is_migrated()) + ["clock"] * clock.is_wrong()
    except DatabaseError:
        problems = ["database"]
    return JsonResponse({"problems": problems}, status=503 if problems else 200)


class _NotYet(Exception):
    """The database is not migrated. Raised, so that the cache stores only the answer that it is."""


@cache
def _see_migrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _NotYet


def _is_migrated() -> bool:
    try:
        _see_migrated()
    except _NotYet:
        return False
    return True


# These read no session.
for page in (health, live, ready):
    page.is_public_page = True  # type: ignore[attr-defined]
