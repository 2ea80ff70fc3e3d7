"""The presses that this web process did not take, as health shows them before anything else notices."""

import threading
import time
from collections import deque

LATELY_SECONDS = 60.0


class Refused:
    """When presses were refused, within LATELY_SECONDS, and whether the last one was."""

    def __init__(self) -> None:
        self._at: deque[float] = deque(maxlen=1000)
        self._was_last = False
        self._lock = threading.Lock()

    def note(self, *, is_taken: bool) -> None:
        with self._lock:
            self._was_last = not is_taken
            if not is_taken:
                self._at.append(time.monotonic())

    @property
    def lately(self) -> int:
        with self._lock:
            return sum(time.monotonic() - at < LATELY_SECONDS for at in self._at)

    @property
    def is_last(self) -> bool:
        """Say whether the last press was refused, and lately. One that is taken shows that all is well again."""
        return self._was_last and self.lately > 0


REFUSED = Refused()
