"""When each process was last seen alive, so that a silent one is noticed."""

from datetime import datetime

from django.db import models


class Heartbeat(models.Model):
    class Process(models.TextChoices):
        WATCH = "WATCH"
        WORKER = "WORKER"  # written by a task that beat scheduled: beat, broker and worker in one

    process = models.CharField(max_length=10, choices=Process, primary_key=True)
    at = models.DateTimeField()

    @classmethod
    def beat(cls, process: "Heartbeat.Process", *, now: datetime) -> None:
        cls.objects.update_or_create(process=process, defaults={"at": now})
