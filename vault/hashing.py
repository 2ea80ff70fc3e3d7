"""Slow hashes of passwords, PINs and codes: a few at a time, and nobody waits for one with a connection in hand."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

AT_ONCE = 2  # in one process; each takes a core and up to 46 MiB
_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn(*, pause: float = 0) -> Iterator[None]:
    """Wait `pause` seconds, and for one of AT_ONCE turns. The connection is given back before, and taken anew after.

    How many may wait here is bounded by the lanes of the web (protectu.lanes).
    """
    if not connection.in_atomic_block:
        connection.close()
    time.sleep(pause)
    with _turns:
        yield


class Argon2(Argon2PasswordHasher):
    """OWASP's first choice, 46 MiB and one pass: half of the memory that Django takes, and one thread, not eight."""

    time_cost, memory_cost, parallelism = 1, 47_104, 1

    def encode(self, password: str, salt: str) -> str:
        with turn():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with turn():
            return bool(super().verify(password, encoded))
