"""One web process of its own, on the database of the tests, and bare requests to it."""

import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from django.db import connection

from tests.stack import ROOT, free_port, wait_for

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends a reset


@contextmanager
def a_web(files: int | None = None, **environment: str) -> Iterator[int]:
    """Start uvicorn, which may open so many files. Yields its port."""
    port = free_port()
    database = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
    command = [sys.executable, "-m", "uvicorn", "protectu.asgi:application", "--port", str(port), "--no-access-log"]
    command = [*(["prlimit", f"--nofile={files}"] if files else []), *command]
    environment = {**os.environ, "DATABASE_URL": database, "ALLOWED_HOSTS": "127.0.0.1", **environment}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(lambda: _listens(port), what="uvicorn to listen")
            yield port
        finally:
            server.kill()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def head(method: str, path: str, *lines: str, length: int | None = None) -> bytes:
    said = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines]
    if length is not None:
        said += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {length}"]
    return "\r\n".join([*said, "", ""]).encode()


def ask(port: int, request: bytes, *, reads: int | None = None, resets: bool = False) -> bytes:
    """Send the request. Return what came: all until the web closes, or the first `reads` bytes; then hang up."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as line:
        line.sendall(request)
        heard = b""
        with suppress(ConnectionError):
            while (reads is None or len(heard) < reads) and (more := line.recv(reads or 65536)):
                heard += more
        if resets:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return heard
