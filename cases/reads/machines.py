"""Is the database's log archived, and do the clocks agree?"""

from datetime import datetime, timedelta

from django.db import connection

APART = timedelta(seconds=10)  # two clocks that are kept by NTP differ by milliseconds

_ASK = """SELECT clock_timestamp(),
       (SELECT count(*) FROM agencies_heartbeat WHERE at > clock_timestamp() + make_interval(secs => %s)),
       (SELECT current_setting('archive_mode') <> 'off'
            AND coalesce(last_failed_time, '-infinity') > coalesce(last_archived_time, '-infinity')
        FROM pg_stat_archiver)
"""


def findings(*, now: datetime) -> dict[str, int]:
    """Return `clock_wrong` and `archive_failing`, 0 when all is well.

    `clock_wrong` counts clocks that differ from the database's: ours, and those of the processes that beat ahead.
    `archive_failing` means that the last attempt to archive failed: backups stop, and the database's disk fills.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ASK, [APART.total_seconds()])
        its_now, beats_ahead, is_archive_failing = cursor.fetchone()
    is_apart = abs(now - its_now) > APART
    return {"clock_wrong": beats_ahead + is_apart, "archive_failing": int(is_archive_failing)}
