"""The cleaner itself, run as `python -m cases.privacy.cleaning.child PHOTO` with a file on standard input.

It writes a line of JSON, then the bytes that the line counts. It imports no Django, no settings and no database.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module

from cases.privacy.cleaning import sandbox
from cases.privacy.cleaning.made import TOO_LARGE, UNREADABLE, Made, Refused

CLEANERS = {"PHOTO": "photos", "AUDIO": "recordings", "PDF": "documents"}


def main(kind: str, *, keeps_place: bool) -> None:
    sandbox.limit(kind)
    cleaner = import_module(f"cases.privacy.cleaning.{CLEANERS[kind]}")
    cleaner.warm()
    try:
        sandbox.lock()
    except sandbox.NoWalls:
        os._exit(sandbox.ENDED_WITHOUT_WALLS)
    _answer(cleaner.clean, sys.stdin.buffer.read(), keeps_place=keeps_place)


def _answer(clean: Callable[..., Made], original: bytes, *, keeps_place: bool) -> None:
    try:
        made = clean(original, keeps_place=keeps_place)
    except Refused as no:
        _say({"refused": no.reason})
    except MemoryError:
        _say({"refused": TOO_LARGE})
    except Exception:  # The libraries raise dozens of kinds. None is logged, because its text may quote the file.
        _say({"refused": UNREADABLE})
    else:
        head = {"content": len(made.content), "preview": len(made.preview), "place": made.place}
        _say(head, made.content, made.preview)


def _say(head: Mapping[str, object], *parts: bytes) -> None:
    sys.stdout.buffer.write(b"".join([json.dumps(head).encode(), b"\n", *parts]))
    sys.stdout.buffer.flush()
    os._exit(0)  # a normal exit runs code of the libraries, which the sandbox may forbid


if __name__ == "__main__":
    main(sys.argv[1], keeps_place="--place" in sys.argv)
