"""Is a disk nearly full? PostgreSQL ends when its disk is, and needs a person then."""

import os
from pathlib import Path

from django.conf import settings

ROOM = 5_000_000_000  # bytes; of a small disk a tenth


def low() -> int:
    """Count the disks of this machine that are nearly full, of those in settings.DISKS."""
    return len({disk for path in settings.DISKS if (disk := _nearly_full(str(path))) is not None})


def _nearly_full(path: str) -> int | None:
    """Return the number of the disk on which `path` lies, if it is nearly full. One that is not there is nothing."""
    try:
        found, disk = os.statvfs(path), Path(path).stat().st_dev
    except OSError:
        return None
    size, free = found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize
    has_no_names_left = found.f_files > 0 and found.f_favail < found.f_files // 20
    return disk if free < min(size // 10, ROOM) or has_no_names_left else None
