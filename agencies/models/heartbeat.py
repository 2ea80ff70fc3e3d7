"""The last beat of each process, by which a silent process is noticed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, models, transaction

from agencies import clock
from agencies.models.choices import StoredChoices


class Heartbeat(models.Model):
    class Process(StoredChoices):
        WATCH = "WATCH"
        WORKER = "WORKER"  # written by a task that beat schedules: it proves beat, broker and worker
        AUDIT = "AUDIT"  # each minute, by watch; with what it found
        BACKUP = "BACKUP"  # after each base backup, by ops/backup/base-backup
        DISK = "DISK"  # by ops/backup/archive-wal, where the database is: `disk_low` or nothing

    # The audit beats once a minute: one that is a little late is not silent.
    SILENT_AFTER = {
        Process.WATCH: timedelta(seconds=60),
        Process.WORKER: timedelta(seconds=60),
        Process.AUDIT: timedelta(seconds=120),
    }

    process = models.CharField(max_length=10, choices=Process.listed, primary_key=True)
    at = models.DateTimeField()
    ahead_seconds = models.FloatField(default=0.0)  # by how much its machine's clock is ahead of the database's
    findings = models.JSONField(default=dict)  # of the audit: how many, by code

    @classmethod
    @transaction.atomic
    def beat(
        cls,
        process: "Heartbeat.Process",
        *,
        now: datetime,
        ahead: timedelta = timedelta(),
        findings: dict[str, int] | None = None,
    ) -> None:
        """Write the beat. Where a forgotten session holds the row, fail within a second: the next beat comes soon."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
        said = Heartbeat(process=process, at=now, ahead_seconds=ahead.total_seconds(), findings=findings or {})
        Heartbeat.objects.bulk_create(
            [said],
            update_conflicts=True,
            unique_fields=["process"],
            update_fields=["at", "ahead_seconds", "findings"],
        )

    @property
    def is_clock_wrong(self) -> bool:
        return abs(self.ahead_seconds) > clock.APART.total_seconds()

    @classmethod
    def silent(cls, beats: "Iterable[Heartbeat]", *, now: datetime) -> "list[Heartbeat.Process]":
        """Return the processes that never beat, or not within SILENT_AFTER.

        A beat in the future proves nothing: the clock was ahead, and the process may have died since.
        """
        seen = {beat.process: beat.at for beat in beats}
        return [
            process
            for process, patience in cls.SILENT_AFTER.items()
            if process not in seen or not -clock.APART <= now - seen[process] <= patience
        ]
