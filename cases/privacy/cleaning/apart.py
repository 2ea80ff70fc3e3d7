"""Clean a file in a process of its own, which gets the file and nothing else."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cases.privacy.cleaning import sandbox
from cases.privacy.cleaning.made import REASONS, TOO_LARGE, Made, Refused

ROOT = Path(__file__).resolve().parents[3]
CLEANER = "cases.privacy.cleaning.child"
PATIENCE_SECONDS = 180
USED_UP = (signal.SIGXCPU, signal.SIGXFSZ)  # the limits of processor and size that the file ran into
# The first bytes of what each kind is made into: an attacker in the cleaner can hand out nothing else.
STARTS = {"PHOTO": b"\xff\xd8\xff", "AUDIO": b"\xff", "PDF": b"%PDF-"}


class NoSandbox(Exception):
    """This machine offers no sandbox, and without one no file is cleaned."""


class Broke(Exception):
    """The cleaner ended without a valid answer: it was taken over, or the file broke it."""


class Killed(Exception):
    """The cleaner was ended by a signal, as for want of memory. That may be the machine's fault."""


def clean(kind: str, original: bytes, *, keeps_place: bool = False) -> Made:
    """Return the file made anew. Raises Refused, NoSandbox, Broke or Killed."""
    with _in_memory("original") as given, _in_memory("made") as made:
        given.write(original)
        given.seek(0)
        code = _run([kind, *(["--place"] if keeps_place else [])], given, made)
        if code == sandbox.ENDED_WITHOUT_WALLS:
            raise NoSandbox
        if -code in USED_UP:
            raise Refused(TOO_LARGE)
        if code < 0 and -code != signal.SIGSYS:  # SIGSYS: it tried what the walls forbid
            raise Killed(-code)
        if code:
            raise Broke(code)
        made.seek(0)
        return _read(kind, made)


def _run(arguments: list[str], given: IO[bytes], made: IO[bytes]) -> int:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and a kind of ours
            _command(arguments),
            stdin=given,
            stdout=made,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={"LC_ALL": "C.UTF-8"},  # no secret of ours
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Refused(TOO_LARGE) from late
    return done.returncode


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-s", "-B", "-m", CLEANER, *arguments]


@contextmanager
def _in_memory(name: str) -> Iterator[IO[bytes]]:
    """Open a file in memory, never on a disk. The limits of the cleaner's process bound its size."""
    with os.fdopen(os.memfd_create(name), "w+b", buffering=0) as file:
        yield file


def _read(kind: str, made: IO[bytes]) -> Made:
    head, _, rest = made.read().partition(b"\n")
    try:
        said = json.loads(head)
        if "refused" in said:
            raise Refused(REASONS[REASONS.index(said["refused"])])
        content, preview = rest[: said["content"]], rest[said["content"] :]
        place = tuple(map(float, said["place"])) if said["place"] else None
    except (ValueError, KeyError, TypeError) as error:
        raise Broke from error
    if not content.startswith(STARTS[kind]) or not (preview or STARTS["PHOTO"]).startswith(STARTS["PHOTO"]):
        raise Broke
    return Made(content, preview, (place[0], place[1]) if place else None)
