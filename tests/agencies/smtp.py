"""A real SMTP server on loopback that answers as it is told, and one that never finishes a line."""

import asyncio
import socket
import threading
import time
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import SplitResult, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def url_of(port: int) -> SplitResult:
    return urlsplit(f"smtp://127.0.0.1:{port}")


class MailServer:
    """Takes every message, but says `refusals[address]`, or `to_all`, to a recipient, and `to_data` to the content.

    Before its answers to the commands in `slow_at` it waits `slowness` seconds.
    """

    def __init__(self, **manners: Any) -> None:
        self.refusals: dict[str, str] = {}
        self.to_all = ""
        self.introduced: set[str] = set()  # how clients called themselves
        self.to_data = "250 taken"
        self.slowness = 0.0
        self.slow_at = {"MAIL", "RCPT", "DATA"}
        self.taken: list[tuple[list[str], Message]] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(), **manners)
        self.url = url_of(self.controller.port)

    async def wait(self, command: str) -> None:
        await asyncio.sleep(self.slowness if command in self.slow_at else 0)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self.wait("MAIL")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self.wait("RCPT")
        self.introduced.add(session.host_name or "")
        if refusal := self.refusals.get(address, self.to_all):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self.to_data.startswith("250"):
            self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        await self.wait("DATA")
        return self.to_data

    def told(self) -> list[str]:
        return [address for addresses, _ in self.taken for address in addresses]


class TricklingServer:
    """Sends a greeting that does not end, and each byte starts a socket's timeout anew.

    It hangs up after `patience` seconds; `was_left` is set when the client hung up first.
    """

    patience = 60.0

    def __init__(self) -> None:
        self.was_left = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = url_of(self.listener.getsockname()[1])
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            connection, _ = self.listener.accept()
            with connection:
                self._trickle(connection)

    def _trickle(self, connection: socket.socket) -> None:
        began = time.monotonic()
        try:
            while not self.is_over.wait(0.1) and time.monotonic() - began < self.patience:
                connection.send(b"2")
        except OSError:
            self.was_left.set()

    def stop(self) -> None:
        self.is_over.set()
        self.listener.close()
        self.thread.join(5)
