"""The alarm on every officer's page when messages do not leave, so that people telephone and do not rely on us."""

from datetime import datetime, timedelta
from typing import Any, TypeGuard

from django.core.cache import cache
from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from agencies import clock, lines
from agencies.lines import Down
from agencies.models import Heartbeat, Notification
from agencies.templatetags import when

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
    """Return why agencies may not be told in time, or nothing."""
    agencies = [reason for reason in _found(now=now) if not _is_of_phones(reason)]
    return [_said(reason, now=now) if isinstance(reason, Down) else REASONS[reason] for reason in agencies]


def reasons_of_phones(*, now: datetime) -> list[str]:
    """Return why pushes do not reach officers' phones; an empty list when they do. Agencies are told all the same."""
    return [_said(reason, now=now) for reason in _found(now=now) if _is_of_phones(reason)]


def _is_of_phones(reason: str | Down) -> TypeGuard[Down]:
    return isinstance(reason, Down) and reason.transport == lines.Transport.WEB_PUSH


def _found(*, now: datetime) -> list[str | Down]:
    """Cached for CACHED_SECONDS."""
    found: list[str | Down] | None = cache.get(KEY)
    if found is None:
        found = _ask(now=now)
        cache.set(KEY, found, CACHED_SECONDS)
    return found


def _said(line: Down, *, now: datetime) -> str:
    """Name the line and since when: "the mail server refuses, since 14:02". A day ago or more, with the day."""
    since = when.clock(line.since) if now - line.since < timedelta(hours=12) else when.moment(line.since)
    return str(_("%(trouble)s, since %(since)s")) % {"trouble": line.words, "since": since}


def _ask(*, now: datetime) -> list[str | Down]:
    overdue = Notification.objects.to_agencies().unsent(owed_for=lines.LATE)
    beats = list(Heartbeat.objects.defer("findings").annotate(is_overdue=Exists(overdue)))
    down = lines.down()
    # A line that is down is said instead of what waits for it.
    is_overdue = any(beat.is_overdue for beat in beats) and all(_is_of_phones(line) for line in down)
    is_clock_wrong = clock.is_in_doubt() or any(beat.is_clock_wrong for beat in beats)
    silent = [str(process) for process in Heartbeat.silent(beats, now=now)]
    return [*down, *(["OVERDUE"] * is_overdue), *silent, *(["CLOCK"] * is_clock_wrong)]
