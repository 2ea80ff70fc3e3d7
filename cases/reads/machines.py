"""Is the database's log archived, and do the clocks agree?"""

from django.db import connection

from agencies import clock
from agencies.models import Heartbeat

_ASK = """SELECT current_setting('archive_mode') <> 'off'
            AND coalesce(last_failed_time, '-infinity') > coalesce(last_archived_time, '-infinity')
        FROM pg_stat_archiver
"""


def findings() -> dict[str, int]:
    """Return `clock_wrong`, `clock_moved` and `archive_failing`, 0 when all is well.

    `clock_wrong` counts the clocks that differ from the database's: ours, and those of the processes that beat.
    `clock_moved` means that the database's own clock was set in these two minutes.
    `archive_failing` means that the last attempt to archive failed: backups stop, and the database's disk fills.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ASK)
        [is_archive_failing] = cursor.fetchone()
    wrong = sum(beat.is_clock_wrong for beat in Heartbeat.objects.exclude(process=Heartbeat.Process.AUDIT))
    return {
        "clock_wrong": wrong + clock.is_wrong(),  # the audit's clock is ours, measured here and not when it began
        "clock_moved": int(clock.has_moved()),
        "archive_failing": int(is_archive_failing),
    }
