"""The audit of each minute: is the promise kept for each open case? It asks, and never writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from agencies.models import Heartbeat, Notification
from cases.models import AccessEvent, Attachment, Case, Dispatch, Report
from cases.reads import canaries, machines

LATE = timedelta(minutes=2)  # watch and the workers do what is due within seconds
UNSEEN = timedelta(days=1)
FILE_WAITS = timedelta(minutes=15)  # three leases of a worker: it is not the one that died with it


@dataclass(frozen=True)
class Finding:
    """What is wrong, and how often. No reference: it is shown where no login is needed."""

    code: str
    count: int


def findings(*, now: datetime) -> list[Finding]:
    """Nothing, when each case is held or has a live next step and whoever must act is awake."""
    counted = {
        "step_overdue": Case.objects.overdue(now=now - LATE).count(),
        "case_asks_nobody": _asks_nobody(),
        "held_by_nobody": _held_by_nobody(),
        "message_overdue": Notification.objects.to_agencies().due(for_longer_than=LATE).count(),
        "report_unseen": _unseen_reports(now=now),
        "file_waits": Attachment.objects.waiting_since(now - FILE_WAITS).count(),
        **canaries.finding(),
        **machines.findings(now=now),
        **{f"{process.lower()}_silent": 1 for process in _silent(now=now)},
    }
    return [Finding(code, count) for code, count in counted.items() if count]


def _asks_nobody() -> int:
    """Waiting for an answer that nobody was asked for. A red one is on every desk's screen."""
    asked = Dispatch.objects.live().filter(case=OuterRef("pk"))
    return Case.objects.open().filter(~Exists(asked), held_at__isnull=True, red_since__isnull=True).count()


def _held_by_nobody() -> int:
    """Held, but no officer answers for it and no agency that took it is still there."""
    taken = Dispatch.objects.live().filter(case=OuterRef("pk"), acknowledged_at__isnull=False)
    return Case.objects.open().filter(~Exists(taken), held_at__isnull=False, owner__isnull=True).count()


def _unseen_reports(*, now: datetime) -> int:
    """Reports that wait for triage and that nobody has opened for a day."""
    read = AccessEvent.objects.filter(report=OuterRef("pk"), is_refused=False)
    waiting = Report.objects.awaiting_triage().filter(received_at__lt=now - UNSEEN)
    return waiting.filter(~Exists(read), is_exercise=False).count()


def _silent(*, now: datetime) -> list[Heartbeat.Process]:
    """The audit itself is not asked: it is what runs."""
    silent = Heartbeat.silent(Heartbeat.objects.all(), now=now)
    return [process for process in silent if process != Heartbeat.Process.AUDIT]
