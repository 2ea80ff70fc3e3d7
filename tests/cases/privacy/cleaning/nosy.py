"""Stands in for the cleaner: behind the same walls it tries what a cleaner that was taken over would try."""

import json
import os
import signal
import socket
import sys
from pathlib import Path

from cases.privacy.cleaning import sandbox


def tried(what):
    try:
        what()
    except OSError as error:
        return error.errno
    return "done"


def main():
    sandbox.limit("PHOTO")
    sandbox.lock()
    found = {
        "socket": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
        "unix socket": tried(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)),
        "open": tried(lambda: Path("/etc/hostname").read_text()),
        "parent's secrets": tried(lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes()),
        "fork": tried(os.fork),
        "start": tried(lambda: os.execv("/bin/true", ["true"])),
        "kill": tried(lambda: os.kill(os.getpid(), signal.SIGCONT)),
        "write": tried(lambda: Path("/tmp/nosy").write_text("here")),
        "remove": tried(lambda: os.unlink("/tmp/nosy")),  # noqa: PTH108
    }
    content = b"%PDF-" + json.dumps({"tried": found, "environment": dict(os.environ)}).encode()
    head = json.dumps({"content": len(content), "preview": 0, "place": None}).encode()
    sys.stdout.buffer.write(head + b"\n" + content)
    sys.stdout.buffer.flush()
    os._exit(0)


main()
