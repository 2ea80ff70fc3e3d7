"""Is the database's log archived and backed up, is there room on the disks, and do the clocks agree?"""

from datetime import timedelta

from django.db import connection

from agencies import clock
from agencies.models import Heartbeat
from cases.reads import disks

BACKUP_LATE = timedelta(hours=26)  # one each night, some minutes earlier or later
_ASK = """SELECT current_setting('archive_mode') <> 'off',
       current_setting('archive_mode') <> 'off'
            AND coalesce(last_failed_time, '-infinity') > coalesce(last_archived_time, '-infinity')
        FROM pg_stat_archiver
"""
Process = Heartbeat.Process


def findings() -> dict[str, int]:
    """Return what is wrong with clocks, backups and disks, 0 for each that is well.

    `clock_wrong` counts the clocks that differ from the database's: ours, and those of the processes that beat.
    `clock_moved` means that the database's own clock was set in these two minutes.
    `archive_failing` means that the last attempt to archive failed: backups stop, and the database's disk fills.
    `base_backup_late` means that log is archived and no base backup was made for BACKUP_LATE, or ever.
    `disk_low` counts disks that are nearly full: ours, and the database's when its machine tells.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ASK)
        is_archiving, is_archive_failing = cursor.fetchone()
    beats = {beat.process: beat for beat in Heartbeat.objects.exclude(process=Process.AUDIT)}
    wrong = sum(beat.is_clock_wrong for beat in beats.values())
    backup, disk = beats.get(Process.BACKUP), beats.get(Process.DISK)
    is_late = clock.now() - backup.at > BACKUP_LATE if backup else is_archiving
    return {
        "clock_wrong": wrong + clock.is_wrong(),  # the audit's clock is ours, measured here and not when it began
        "clock_moved": int(clock.has_moved()),
        "archive_failing": int(is_archive_failing),
        "base_backup_late": int(is_late),
        "disk_low": disks.low() + (disk.findings.get("disk_low", 0) if disk else 0),
    }
