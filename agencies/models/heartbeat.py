"""The last beat of each process, by which a silent process is noticed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, models, transaction

from agencies.models.choices import StoredChoices


class Heartbeat(models.Model):
    class Process(StoredChoices):
        WATCH = "WATCH"
        WORKER = "WORKER"  # written by a task that beat schedules: it proves beat, broker and worker
        AUDIT = "AUDIT"  # each minute, by watch; with what it found

    # The audit beats once a minute: one that is a little late is not silent.
    SILENT_AFTER = {
        Process.WATCH: timedelta(seconds=60),
        Process.WORKER: timedelta(seconds=60),
        Process.AUDIT: timedelta(seconds=120),
    }

    process = models.CharField(max_length=10, choices=Process.listed, primary_key=True)
    at = models.DateTimeField()
    findings = models.JSONField(default=dict)  # of the audit: how many, by code

    @classmethod
    @transaction.atomic
    def beat(cls, process: "Heartbeat.Process", *, now: datetime, findings: dict[str, int] | None = None) -> None:
        """Write the beat. Where a forgotten session holds the row, fail within a second: the next beat comes soon."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
        Heartbeat.objects.bulk_create(
            [Heartbeat(process=process, at=now, findings=findings or {})],
            update_conflicts=True,
            unique_fields=["process"],
            update_fields=["at", "findings"],
        )

    @classmethod
    def silent(cls, beats: "Iterable[Heartbeat]", *, now: datetime) -> "list[Heartbeat.Process]":
        """Return the processes that never beat, or not within SILENT_AFTER."""
        seen = {beat.process: beat.at for beat in beats}
        return [
            process
            for process, patience in cls.SILENT_AFTER.items()
            if process not in seen or now - seen[process] > patience
        ]
