"""Lines that are written whatever the other side does: the disk is full, the pipe is closed, or its reader stopped.

`portal` imports this file before there is a .venv, so it uses the standard library alone.
"""

from __future__ import annotations

import os
import queue
import threading
import time

MOST = 2000  # lines that wait to be written; more are dropped


class Lines:
    """Writes lines to a file descriptor in a thread of its own. What cannot be written is dropped and counted.

    Nobody who has something to say waits: a thread that did would hold up a request, or its reading of a child.
    """

    def __init__(self, descriptor: int, most: int = MOST) -> None:
        self.descriptor, self.lost = descriptor, 0
        self.waiting: queue.Queue[str] = queue.Queue(most)
        self.begun = threading.Lock()
        self.writer: threading.Thread | None = None

    def put(self, line: str) -> None:
        self._begin()
        try:
            self.waiting.put_nowait(line)
        except queue.Full:
            self.lost += 1

    def flush(self, seconds: float) -> None:
        """Wait until all is written, but no longer than so many seconds."""
        until = time.monotonic() + seconds
        while self.waiting.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.01)

    def _begin(self) -> None:
        with self.begun:
            if self.writer is None or not self.writer.is_alive():
                self.writer = threading.Thread(target=self._write_on, daemon=True, name="lines")
                self.writer.start()

    def _write_on(self) -> None:
        while True:
            line = self.waiting.get()
            try:
                lost = self.lost
                if lost:
                    write(self.descriptor, f"{lost} lines were lost: they could not be written")
                    self.lost -= lost
                write(self.descriptor, line)
            except OSError:
                self.lost += 1
            finally:
                self.waiting.task_done()


def write(descriptor: int, line: str) -> None:
    """Write one line as a whole, so that lines of several processes do not mix."""
    left = f"{line}\n".encode(errors="backslashreplace")
    while left:
        left = left[os.write(descriptor, left) :]
