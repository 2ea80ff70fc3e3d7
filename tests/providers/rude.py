"""A server that takes the connection and then behaves as none should, whatever protocol it was asked in."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

HALF_AN_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"  # to an SMTP client: nonsense that breaks off


class Rude:
    """Its manners are its methods; `manner` names one.

    Those without an end go on for a minute, unless the test is over; `gave_up_first` tells that a client
    was still there then.
    """

    patience = 60.0

    def __init__(self, manner: str, *, port: int = 0) -> None:
        self.behave: Callable[[socket.socket], None] = getattr(self, manner)
        self.is_over = threading.Event()
        self.gave_up_first = False
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.root = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while not self.is_over.is_set():
                connection, _ = self.listener.accept()
                threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def _attend(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.behave(connection)

    def _goes_on(self, pause: float) -> Iterator[None]:
        began = time.monotonic()
        while time.monotonic() - began < self.patience:
            if self.is_over.wait(pause):
                return
            yield
        self.gave_up_first = True

    def hangs(self, connection: socket.socket) -> None:
        self.gave_up_first |= not self.is_over.wait(self.patience)

    def trickles(self, connection: socket.socket) -> None:
        """A line that never ends. Each byte starts a socket's timeout anew."""
        for _ in self._goes_on(0.1):
            connection.send(b"2")

    def floods(self, connection: socket.socket) -> None:
        """A header that never ends, as fast as it is taken."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in self._goes_on(0):
            connection.sendall(b"2" * 65536)

    def hangs_up(self, connection: socket.socket) -> None:
        connection.recv(65536)

    def resets(self, connection: socket.socket) -> None:
        """Closed with an RST: what was on its way is thrown away."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def breaks_off(self, connection: socket.socket) -> None:
        connection.recv(65536) if self.was_asked(connection) else None
        connection.sendall(HALF_AN_ANSWER)

    def talks_nonsense(self, connection: socket.socket) -> None:
        connection.sendall(b"\x16\x03\x01\x00\xff\x00 \xe0\xb8\x81\r\n\r\n")

    @staticmethod
    def was_asked(connection: socket.socket) -> bool:
        """A client of HTTP speaks first; one of SMTP waits."""
        connection.settimeout(0.2)
        with suppress(TimeoutError):
            return bool(connection.recv(1, socket.MSG_PEEK))
        return False

    def stop(self) -> None:
        self.is_over.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Nobody:
    """A port on which nobody listens."""

    gave_up_first = False

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.root = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Nothing to end."""
