"""How long a body may take to come, and how many may come at once: slow phones are waited for, attackers are not."""

import asyncio
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LEAST_BYTES = 100  # a second, on the whole of a window; the worst line that still carries a photo has ten times more
WINDOW_SECONDS, CROWDED_WINDOW_SECONDS = 120.0, 15.0
LOOKS_SECONDS = 1.0
KEPT_FREE = 40  # files of the process itself: connections, libraries, logs
MOST = 1000


class TooSlow(Exception):
    """So little of the body came that nobody is waiting for an answer to it; or too many come at once."""


class Bodies:
    """Those that are being read by this process. While there are many, a slow one is waited for less."""

    def __init__(self) -> None:
        self.under_way = 0

    @property
    def most(self) -> int:
        """Half of the files that this process may open, so that there is room for answers and the database."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return MOST if files == resource.RLIM_INFINITY else max(8, min(MOST, (files - KEPT_FREE) // 2))

    @property
    def window(self) -> float:
        return CROWDED_WINDOW_SECONDS if self.under_way > self.most // 2 else WINDOW_SECONDS

    @contextmanager
    def one(self, scope: Any) -> Iterator["Pace"]:
        """Count one body while it comes. Raises TooSlow when there is no room for another."""
        counts = any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])
        if counts and self.under_way >= self.most:
            raise TooSlow
        self.under_way += counts
        try:
            yield Pace(self)
        finally:
            self.under_way -= counts


class Pace:
    """How much of one body came within the window that is running."""

    def __init__(self, bodies: Bodies) -> None:
        self.bodies, self.begun_at, self.came = bodies, time.monotonic(), 0

    async def next(self, receive: Any) -> Any:
        """Return the next message. Raises TooSlow when a window ends with less than LEAST_BYTES a second."""
        coming = asyncio.ensure_future(receive())
        try:
            while not (await asyncio.wait([coming], timeout=LOOKS_SECONDS))[0]:
                self._look()
        finally:
            coming.cancel()  # does nothing to one that is done
        message = coming.result()
        self.came += len(message.get("body", b""))
        self._look()
        return message

    def _look(self) -> None:
        passed = time.monotonic() - self.begun_at
        if passed < self.bodies.window:
            return
        if self.came < LEAST_BYTES * passed:
            raise TooSlow
        self.begun_at, self.came = time.monotonic(), 0


BODIES = Bodies()
