"""The mail catcher of ./portal run shows that it lives, and refuses for now what a full disk does not take."""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import closing

from aiosmtpd.handlers import Mailbox

from protectu.catcher import Box
from tests.stack import ROOT, free_port


def test_it_shows_that_it_lives(tmp_path):
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listener:
        listener.bind("")
        listener.settimeout(60)
        where = {
            "CATCHER_SMTP_PORT": f"{free_port()}",
            "CATCHER_WEB_PORT": f"{free_port()}",
            "VAR_DIR": f"{tmp_path}",
        }
        address = f"@{listener.getsockname()[1:].decode()}"
        command = [sys.executable, "-m", "protectu.catcher"]
        with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **where, "NOTIFY_SOCKET": address}) as catcher:
            try:
                assert b"WATCHDOG=1" in listener.recv(99)
            finally:
                catcher.kill()


def test_a_full_disk_refuses_for_now(tmp_path, monkeypatch):
    async def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Mailbox, "handle_DATA", full)

    answer = asyncio.run(Box(tmp_path / "mail").handle_DATA(None, None, None))

    assert answer.startswith("452 ")
