"""The ledger of erasures as a file outside the database, so that a restore does not bring back what is gone.

One line of JSON a block. Each block is signed together with the signature before it, so that none can be
changed, taken out or put in by somebody without INDEX_KEY; cutting the end off is not noticed.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.crypto import constant_time_compare

from vault import digest, digests

PURPOSE = "erasure-ledger"


class Forged(Exception):
    """We did not write this line, or it does not follow the one before it."""


class Entry(NamedTuple):
    column: str
    row: int
    at: datetime


class Block(NamedTuple):
    entries: list[Entry]
    through: int  # the number of the last line of the database's ledger that the file holds
    signature: str


def append(path: Path, entries: list[Entry], *, through: int) -> None:
    """Add a signed block of entries to the file. It is on the disk when this returns."""
    last = last_block(path)
    content = {
        "erased": [[entry.column, entry.row, entry.at.isoformat()] for entry in entries],
        "through": through,
    }
    signature = digest(_signed(content, last.signature if last else ""), purpose=PURPOSE)
    with path.open("r+b" if path.exists() else "xb") as file:
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.truncate(_whole_lines(path))
            file.seek(0, os.SEEK_END)
        file.write(json.dumps({**content, "signature": signature}).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Iterator[Block]:
    """Yield the blocks, each after its signature was checked. Raises Forged."""
    previous = ""
    for number, line in enumerate(_lines(path), start=1):
        content, block = _parse(line, number)
        expected = digests(_signed(content, previous), purpose=PURPOSE)
        if not any(constant_time_compare(block.signature, one) for one in expected):
            raise Forged(f"line {number}")
        previous = block.signature
        yield block


def last_block(path: Path) -> Block | None:
    line = b""
    for line in _lines(path):  # noqa: B007 - the last one
        pass
    return _parse(line, 0)[1] if line else None


def _lines(path: Path) -> Iterator[bytes]:
    """Yield complete lines. A crash may have cut off the last one; the next run writes its entries again."""
    if path.exists():
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))


def _whole_lines(path: Path) -> int:
    return sum(len(line) for line in _lines(path))


def _parse(line: bytes, number: int) -> tuple[dict[str, Any], Block]:
    try:
        content = json.loads(line)
        signature = content.pop("signature")
        entries = [Entry(column, row, datetime.fromisoformat(at)) for column, row, at in content["erased"]]
        return content, Block(entries, content["through"], signature)
    except (ValueError, KeyError, TypeError) as error:
        raise Forged(f"line {number}") from error


def _signed(content: dict[str, Any], previous: str) -> str:
    return json.dumps([previous, content], sort_keys=True)
