"""Hands: the threads of this process that may send at once. Half of them send nothing but alerts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from agencies.models import ContactPoint

HANDS = 2  # of each transport: one that hangs blocks no more than these
MAIL_HANDS = 4  # nearly all messages are mail, and a first ring is four of them
_LET_GO_SECONDS = 0.1  # a thread that has just found nothing more is free within this


def _number(transport: str) -> int:
    return MAIL_HANDS if transport == ContactPoint.Transport.EMAIL else HANDS


_all = {transport: threading.BoundedSemaphore(_number(transport)) for transport in ContactPoint.Transport.values}
_for_the_rest = {
    transport: threading.BoundedSemaphore(_number(transport) // 2) for transport in ContactPoint.Transport.values
}


@contextmanager
def a_hand(transport: str) -> Iterator[bool]:
    """Take one of the transport's hands, or yield False when all are busy."""
    with _taken(_all[transport], timeout=_LET_GO_SECONDS) as is_free:
        yield is_free


@contextmanager
def for_the_rest(transport: str) -> Iterator[bool]:
    """Take leave to send what is no alert, or yield False when half of the hands have it already."""
    with _taken(_for_the_rest[transport], timeout=0) as is_free:
        yield is_free


@contextmanager
def _taken(semaphore: threading.BoundedSemaphore, *, timeout: float) -> Iterator[bool]:
    is_free = semaphore.acquire(timeout=timeout)
    try:
        yield is_free
    finally:
        if is_free:
            semaphore.release()
