"""People who press, over real sockets: as little work as can be, for it runs on the cores that it measures."""

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from cases.privacy import submissions
from insight.simulation.crowd import SCATTER_DEGREES, WORDS


@dataclass(frozen=True)
class Press:
    """Seconds since 1970, and whether it was taken."""

    began_at: float
    ended_at: float
    is_taken: bool

    @property
    def milliseconds(self) -> float:
        return (self.ended_at - self.began_at) * 1000


class Phone:
    """One client with one open connection, as a proxy in front of the web would hold it."""

    def __init__(self, port: int, seed: int) -> None:
        self.random = Random(seed)
        self.port = port
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _request(self) -> bytes:
        town = self.random.choice(WORDS["towns"])
        longitude, latitude = (self.random.gauss(degrees, SCATTER_DEGREES) for degrees in town["at"])
        fields = {
            "key": submissions.new_key(),
            "may_tell": "NEAREST_HELP",
            "longitude": f"{longitude:.5f}",
            "latitude": f"{latitude:.5f}",
            "accuracy": "25",
            "captured_at": str(int(time.time() * 1000)),
        }
        body = urlencode(fields)
        # Of a network of its own, or they would be a flood; the prefix is that of examples (RFC 3849).
        network = f"2001:db8:{self.random.randrange(65536):x}:{self.random.randrange(65536):x}::1"
        head = f"POST /th/now/ HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nX-Forwarded-For: {network}\r\n"
        head += f"Content-Length: {len(body)}\r\n"
        return f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}".encode()

    def press(self) -> Press:
        request = self._request()
        began_at = time.time()
        self.socket.sendall(request)
        head, _, body = self._until(b"", lambda text: b"\r\n\r\n" in text).partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        self._until(body, lambda text: len(text) >= length)
        return Press(began_at, time.time(), is_taken=head.startswith(b"HTTP/1.1 200"))

    def _until(self, text: bytes, is_whole: Callable[[bytes], bool]) -> bytes:
        while not is_whole(text):
            more = self.socket.recv(65536)
            assert more, "the web hung up"
            text += more
        return text


def without_pause(port: int, *, clients: int, seconds: float) -> list[Press]:
    """`clients` people, each pressing again as soon as the answer is there."""
    return _together(port, clients, lambda phone, _: _press_until(phone, time.time() + seconds))


def at_rate(port: int, *, a_second: float, seconds: float, clients: int = 16) -> list[Press]:
    """So many a second on the clock, whether or not the earlier ones were answered."""
    began_at, count = time.time() + 0.5, int(a_second * seconds)
    return _together(
        port, clients, lambda phone, n: _press_at(phone, [began_at + i / a_second for i in range(n, count, clients)])
    )


def _press_until(phone: Phone, end: float) -> list[Press]:
    presses = []
    while time.time() < end:
        presses.append(phone.press())
    return presses


def _press_at(phone: Phone, moments: list[float]) -> list[Press]:
    presses = []
    for moment in moments:
        time.sleep(max(0, moment - time.time()))
        presses.append(phone.press())
    return presses


def _together(port: int, clients: int, work: Callable[[Phone, int], list[Press]]) -> list[Press]:
    found: list[list[Press]] = [[] for _ in range(clients)]

    def run(number: int) -> None:
        found[number] = work(Phone(port, seed=number + os.getpid()), number)

    threads = [threading.Thread(target=run, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [press for presses in found for press in presses]
