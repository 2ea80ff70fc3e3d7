"""How a process of the portal begins: web, worker, beat and watch call `begin`; upper rooms enter what it does."""

from collections.abc import Callable

AT_BEGIN: list[Callable[[str], None]] = []  # each is called with the name of the process


def begin(name: str) -> None:
    for prepare in AT_BEGIN:
        prepare(name)
