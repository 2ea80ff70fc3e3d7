"""The alarm on every officer's page when messages are late, so that people telephone instead of relying on us."""

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from agencies import clock
from agencies.models import Heartbeat, Notification

LATE = timedelta(minutes=2)  # a message that is due for longer raises the alarm
CACHED_SECONDS = 5  # in this process, so that many pages ask the database once
KEY = "alarm"

REASONS = {
    "OVERDUE": _("messages are waiting that should have left"),
    Heartbeat.Process.WATCH: _("the watch is silent"),
    Heartbeat.Process.WORKER: _("the workers are silent"),
    Heartbeat.Process.AUDIT: _("the check of each minute is silent"),
    "CLOCK": _("a clock is wrong"),
}


def reasons(*, now: datetime) -> list[Any]:
    """Return why agencies may not be told in time, or nothing. Cached for CACHED_SECONDS."""
    codes = cache.get(KEY)
    if codes is None:
        codes = _ask(now=now)
        cache.set(KEY, codes, CACHED_SECONDS)
    return [REASONS[code] for code in codes]


def _ask(*, now: datetime) -> list[str]:
    overdue = Notification.objects.to_agencies().due(for_longer_than=LATE)
    beats = list(Heartbeat.objects.defer("findings").annotate(is_overdue=Exists(overdue)))
    is_overdue = any(beat.is_overdue for beat in beats)
    is_clock_wrong = clock.is_in_doubt() or any(beat.is_clock_wrong for beat in beats)
    silent = [str(process) for process in Heartbeat.silent(beats, now=now)]
    return ["OVERDUE"] * is_overdue + silent + ["CLOCK"] * is_clock_wrong
