"""The scheduler of beat. It ends with the clock that it goes by, and is started again with the one that is right."""

import logging
import time
from typing import Any

from celery.beat import Scheduler

APART_SECONDS = 10.0

logger = logging.getLogger(__name__)


def _parted() -> float:
    """Return by how many seconds this machine's clock is ahead of its ticks, which nobody sets."""
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)  # noqa: TID251 - the two are compared


class EvenScheduler(Scheduler):
    """Remembers its runs in memory alone: what an earlier beat noted by a wrong clock would hold up this one.

    What is due once a day and was missed while beat was down is done on the next day; all else is due within minutes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._began = _parted()
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if abs(moved := _parted() - self._began) > APART_SECONDS:
            logger.error("the clock was set by %+.0f s: beat ends, to be started again", moved)
            raise SystemExit(1)
        seconds: float = super().tick(*args, **kwargs)
        return seconds
