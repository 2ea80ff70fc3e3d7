"""The sandbox of the cleaner: the system calls that the kernel allows once its libraries are loaded.

The process gives itself a list of allowed calls (seccomp), because our units and containers forbid namespaces, and
so a namespace without a network. All other calls fail with EPERM: sockets, opening a file, starting a program,
signals to other processes.
"""

import ctypes
import os
import platform
import resource
from contextlib import suppress

# Bytes of address space, libraries included, and seconds of the processor. A recording of two hours takes a minute.
MEMORY = {"PHOTO": 1_500_000_000, "AUDIO": 1_000_000_000, "PDF": 1_000_000_000}
SECONDS = {"PHOTO": 10, "AUDIO": 120, "PDF": 10}
LARGEST_MADE = 100_000_000  # bytes
ENDED_WITHOUT_WALLS = 3  # the exit code

_SET_SECCOMP, _GET_SECCOMP, _NO_NEW_PRIVILEGES, _FILTER = 22, 21, 38, 2
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
_LOAD, _IS, _HAS_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_THREAD = 0x10000  # CLONE_THREAD: a thread of this process, under the same walls

# read, write and their kin on what is open already; memory; clocks; threads; the end. By the kernel's tables.
# fmt: off
_X86_64 = [
    0, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 24, 25, 28, 35, 39, 60, 63, 96, 98, 99, 131, 186, 202,
    204, 219, 228, 229, 230, 231, 262, 273, 318, 334,
]
_AARCH64 = [
    57, 62, 63, 64, 65, 66, 67, 73, 79, 80, 93, 94, 98, 99, 101, 113, 114, 115, 123, 124, 128, 132, 134, 135, 139,
    160, 165, 169, 172, 178, 179, 214, 215, 216, 222, 226, 233, 278, 293,
]
# fmt: on
# For each machine: how the kernel calls it, what is allowed, and the number of clone.
_WALLS = {"x86_64": (0xC000003E, _X86_64, 56), "aarch64": (0xC00000B7, _AARCH64, 220)}
_CLONE3 = 435  # everywhere


class NoWalls(Exception):
    """This kernel or machine has no sandbox for us, so no file is cleaned here."""


class _Step(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step))]


def can_be_had() -> bool:
    """Does the kernel have seccomp, and do we know the call numbers of this machine? Nothing is locked by asking."""
    return platform.machine() in _WALLS and ctypes.CDLL(None).prctl(_GET_SECCOMP, 0, 0, 0, 0) >= 0


def limit(kind: str) -> None:
    """Limit memory, CPU time, file size and open files. Call it before the libraries are loaded."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MEMORY[kind]),
        (resource.RLIMIT_CPU, SECONDS[kind]),
        (resource.RLIMIT_FSIZE, LARGEST_MADE),
        (resource.RLIMIT_NOFILE, 64),
    ):
        ceiling = resource.getrlimit(what)[1]
        most = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        # Time that is used up is said by a signal of its own; the kernel's last one may come for any reason.
        last = most + 5 if what == resource.RLIMIT_CPU and ceiling == resource.RLIM_INFINITY else most
        resource.setrlimit(what, (most, last))


def lock() -> None:
    """Allow from now on only the listed system calls; this cannot be undone. Raises NoWalls."""
    if platform.machine() not in _WALLS:
        raise NoWalls
    with suppress(OSError):
        os.closerange(3, 64)
    steps = _steps(*_WALLS[platform.machine()])
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    prctl = ctypes.CDLL(None).prctl
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        raise NoWalls


def _steps(architecture: int, allowed: list[int], clone: int) -> list[_Step]:
    """A program for the kernel. Each step skips as many of the next as `yes` or `no` says."""
    steps = [_Step(_LOAD, 0, 0, _ARCHITECTURE), _Step(_IS, 1, 0, architecture), _Step(_RETURN, 0, 0, _KILL)]
    steps.append(_Step(_LOAD, 0, 0, _NUMBER))
    for number in allowed:
        steps += [_Step(_IS, 0, 1, number), _Step(_RETURN, 0, 0, _ALLOW)]
    # clone3 hides its flags from us; told that there is none, the C library takes clone.
    steps += [_Step(_IS, 0, 1, _CLONE3), _Step(_RETURN, 0, 0, _ENOSYS)]
    steps += [_Step(_IS, 0, 3, clone), _Step(_LOAD, 0, 0, _FIRST_ARGUMENT)]
    steps += [_Step(_HAS_BIT, 0, 1, _THREAD), _Step(_RETURN, 0, 0, _ALLOW)]
    return [*steps, _Step(_RETURN, 0, 0, _EPERM)]
