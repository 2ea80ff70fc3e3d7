"""The last beat of each process, by which a silent process is noticed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models

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
    def beat(cls, process: "Heartbeat.Process", *, now: datetime, findings: dict[str, int] | None = None) -> None:
        cls.objects.update_or_create(process=process, defaults={"at": now, "findings": findings or {}})

    @classmethod
    def silent(cls, beats: "Iterable[Heartbeat]", *, now: datetime) -> "list[Heartbeat.Process]":
        """Return the processes that never beat, or not within SILENT_AFTER."""
        seen = {beat.process: beat.at for beat in beats}
        return [
            process
            for process, patience in cls.SILENT_AFTER.items()
            if process not in seen or now - seen[process] > patience
        ]
