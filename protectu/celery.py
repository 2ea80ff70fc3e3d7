"""Celery's app and the schedule of its beat. Celery only acts; PostgreSQL guarantees."""

import os
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab

from agencies import process
from protectu import liveness

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protectu.settings")

app = Celery("protectu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(liveness.Turns)
app.conf.beat_scheduler = "protectu.beat.EvenScheduler"


@signals.setup_logging.connect
def keep_the_portals_logs(**kwargs: Any) -> None:
    """Celery would otherwise replace the handlers of the settings, and quote what an error says."""


@signals.worker_init.connect
def begin_worker(**kwargs: Any) -> None:
    process.begin("worker", is_well=liveness.worker_is_well)


@signals.beat_init.connect
def begin_beat(sender: Any, **kwargs: Any) -> None:
    process.begin("beat", is_well=liveness.of_beat(sender))


TRANSPORTS = ("EMAIL", "SMS", "LINE", "WEBHOOK", "WEB_PUSH")

# A sweep for when watch is dead. Otherwise watch hints each delivery within milliseconds.
app.conf.beat_schedule = {
    **{
        f"deliver {transport}": {
            "task": "agencies.tasks.deliver",
            "schedule": 5.0,
            "kwargs": {"transport": transport},
            "options": {"expires": 30},
        }
        for transport in TRANSPORTS
    },
    "escalate": {"task": "cases.tasks.escalate_overdue", "schedule": 5.0, "options": {"expires": 30}},
    # What a clock that was ahead has put off leaves within seconds after it is right.
    "bring back": {"task": "cases.tasks.bring_back", "schedule": 10.0, "options": {"expires": 10}},
    "clean files": {"task": "cases.tasks.clean_files", "schedule": 5.0, "options": {"expires": 30}},
    # Texts for which no receipt came, and events that LINE does not send again.
    "forget": {"task": "agencies.tasks.forget", "schedule": 300.0, "options": {"expires": 300}},
    # Runs often, to measure a canary soon after it arrived; a new one leaves every CANARY_MINUTES.
    "canary": {"task": "cases.tasks.tend_canary", "schedule": 10.0, "options": {"expires": 10}},
    "tell of answers": {"task": "cases.tasks.tell_of_answers", "schedule": 10.0, "options": {"expires": 10}},
    "forget networks": {"task": "cases.tasks.forget_networks", "schedule": 600.0, "options": {"expires": 60}},
    # At night in Bangkok (UTC+7). What a missed run did not erase, the next run erases.
    "erase": {"task": "cases.tasks.erase_due", "schedule": crontab(hour=20, minute=10), "options": {"expires": 3600}},
    # Hourly, because a track must be erased 72 hours after its end, not in the night after.
    "erase tracks": {
        "task": "cases.tasks.erase_tracks",
        "schedule": crontab(minute=40),
        "options": {"expires": 3000},
    },
    "heartbeat": {"task": "agencies.tasks.beat", "schedule": 10.0, "options": {"expires": 30}},
}
