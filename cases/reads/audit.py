"""The audit of each minute: does each open case have a holder or a live next step?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from agencies import lines
from agencies.models import Heartbeat, Notification
from cases.models import AccessEvent, Attachment, Case, Dispatch, Report
from cases.reads import ahead, canaries, machines
from cases.reads.untold import untold

LATE = timedelta(minutes=2)  # watch and the workers do what is due within seconds
UNSEEN = timedelta(days=1)
SEVERAL = 3
FILE_WAITS = timedelta(minutes=15)  # three leases of a worker, so this is more than one worker that died


@dataclass(frozen=True)
class Finding:
    """What is wrong, and how often. It names no reference, because it is shown without a login."""

    code: str
    count: int


def findings(*, now: datetime) -> list[Finding]:
    """Return what is wrong; an empty list if each case has a holder or a next step and all processes run."""
    counted = {
        "step_overdue": Case.objects.overdue(now=now - LATE).count(),
        "case_asks_nobody": _asks_nobody(),
        "held_by_nobody": _held_by_nobody(),
        "nobody_told": untold().count(),
        "message_overdue": Notification.objects.to_agencies().unsent(owed_for=lines.LATE).count(),
        **lines.findings(),
        "no_key_fits": Notification.objects.unread().count(),
        "report_unseen": _unseen_reports(now=now),
        "cleaner_killed": _often_killed(),
        "file_waits": Attachment.objects.waiting_since(now - FILE_WAITS).count(),
        **canaries.finding(),
        **machines.findings(),
        **ahead.findings(),
        **{f"{process.lower()}_silent": 1 for process in _silent(now=now)},
    }
    return [Finding(code, count) for code, count in counted.items() if count]


def _asks_nobody() -> int:
    """Count the waiting cases without a live dispatch. Red ones are left out: every desk sees those."""
    asked = Dispatch.objects.live().filter(case=OuterRef("pk"))
    return Case.objects.open().filter(~Exists(asked), held_at__isnull=True, red_since__isnull=True).count()


def _held_by_nobody() -> int:
    """Count the held cases without an owner and without a live acknowledged dispatch."""
    taken = Dispatch.objects.live().filter(case=OuterRef("pk"), acknowledged_at__isnull=False)
    return Case.objects.open().filter(~Exists(taken), held_at__isnull=False, owner__isnull=True).count()


def _unseen_reports(*, now: datetime) -> int:
    """Count the reports that have waited a day for triage and that nobody has opened."""
    read = AccessEvent.objects.filter(report=OuterRef("pk"), is_refused=False)
    waiting = Report.objects.awaiting_triage().filter(received_at__lt=now - UNSEEN)
    return waiting.filter(~Exists(read), is_exercise=False).count()


def _often_killed() -> int:
    """Count the files whose cleaning was ended again and again. One or two may be the doing of the files."""
    count = Attachment.objects.set_back_often().count()
    return count if count >= SEVERAL else 0


def _silent(*, now: datetime) -> list[Heartbeat.Process]:
    """Return the silent processes. Leave out the audit's own heartbeat: if this runs, the audit is alive."""
    silent = Heartbeat.silent(Heartbeat.objects.all(), now=now)
    return [process for process in silent if process != Heartbeat.Process.AUDIT]
