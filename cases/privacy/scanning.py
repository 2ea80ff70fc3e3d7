"""Have a file checked by the deployment's own virus scanner (ClamAV's clamd), if there is one.

clamd runs on our own machines, so this is not a transport of agencies.reach. The Python package for clamd has not
been maintained for years, and would save few of these lines.
"""

import socket
import struct
from contextlib import closing
from time import monotonic

from django.conf import settings

PATIENCE_SECONDS = 60  # in all, however slowly it answers: less than the lease of flow.attaching
PIECE = 64 * 1024  # bytes
LONGEST_ANSWER = 4096


class ScannerDown(Exception):
    """The scanner gave no clear answer; the file goes on waiting."""


def is_configured() -> bool:
    return bool(settings.CLAMD_ADDRESS)


def is_infected(content: bytes) -> bool:
    """Ask the scanner whether it finds anything. Raises ScannerDown. The name of the finding is not kept."""
    try:
        with closing(_connect(settings.CLAMD_ADDRESS)) as line:
            answer = _ask(line, content)
    except OSError as error:
        raise ScannerDown from error
    if answer.endswith(b" FOUND"):
        return True
    if answer.endswith(b": OK"):
        return False
    raise ScannerDown  # the file is too large for it, or it has an error of its own


def _connect(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(PATIENCE_SECONDS)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _ask(line: socket.socket, content: bytes) -> bytes:
    """Send INSTREAM: each piece after its length, then a length of 0. Return the answer."""
    until = monotonic() + PATIENCE_SECONDS
    line.sendall(b"zINSTREAM\0")
    for at in range(0, len(content), PIECE):
        piece = content[at : at + PIECE]
        _wait_until(until, line)
        line.sendall(struct.pack("!I", len(piece)) + piece)
    line.sendall(struct.pack("!I", 0))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        _wait_until(until, line)
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n ")


def _wait_until(until: float, line: socket.socket) -> None:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)
