"""How a process of the portal begins, and how it shows that it lives to whoever ends one that hangs.

web, worker, beat and watch call `begin`; upper rooms enter what is done then. A sign of life goes to the address in
NOTIFY_SOCKET (systemd, and ./portal run, which speaks as systemd does) and into PULSE_FILE (ops/alive.py reads it).
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

SIGN_SECONDS = 5.0  # from one sign of life to the next
MISSED_SECONDS = 25.0  # a loop that has not turned for so long hangs; the process is ended 30 s after its last sign

AT_BEGIN: list[Callable[[str], None]] = []  # each is called with the name of the process


def begin(name: str, *, is_well: Callable[[], bool] = lambda: True) -> None:
    """Prepare this process, and show from now on that it lives for as long as `is_well` says so."""
    for prepare in AT_BEGIN:
        prepare(name)
    if settings.PULSE_FILE or os.environ.get("NOTIFY_SOCKET"):
        threading.Thread(target=_show_life, args=[is_well], daemon=True, name="signs of life").start()


def _show_life(is_well: Callable[[], bool]) -> None:
    while True:
        try:
            if is_well():
                show_life()
        except Exception:  # whatever is wrong with it, it is no sign of life
            logger.exception("nobody can say whether this process is well")
        time.sleep(SIGN_SECONDS)


def show_life() -> None:
    """Give one sign of life. Nobody listens: no trouble."""
    notify()
    with suppress(OSError):
        if settings.PULSE_FILE:
            _write(Path(settings.PULSE_FILE))


def notify() -> None:
    """Say it as sd_notify(3) does; an @ stands for a socket without a file."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.sendto(b"READY=1\nWATCHDOG=1", address.replace("@", "\0", 1) if address.startswith("@") else address)


def _write(path: Path) -> None:
    """Write our number and the machine's ticks, which nobody sets. In place, so that a full disk is no trouble."""
    said = f"{os.getpid():>10} {time.monotonic():>20.1f}\n".encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, said, 0)
    finally:
        os.close(descriptor)


class Rounds:
    """When loops of a process last began anew: one that hangs is found by that."""

    def __init__(self) -> None:
        self.began: dict[str, float] = {}

    def turn(self, name: str) -> None:
        self.began[name] = time.monotonic()

    def seconds(self, name: str) -> float:
        """Return for how long this loop has not begun anew; 0 when it never did."""
        now = time.monotonic()
        return now - self.began.get(name, now)
