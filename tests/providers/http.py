"""A provider on loopback: real HTTP, a thread a connection, and whatever manners the test wants."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Call:
    path: str
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Provider:
    """A subclass answers in `reply`. `manner`: "hang" takes it and never answers, "trickle" sends a byte a second.

    Both go on for a minute, unless the test is over; `gave_up_first` tells that the client was still there then.
    """

    path = "/"
    patience = 60

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.says: Reply | None = None  # instead of what the protocol would answer
        self.manner = ""
        self.gave_up_first = False
        self.is_over = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.server.daemon_threads = True
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.url = self.root + self.path
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def reply(self, call: Call) -> Reply:
        raise NotImplementedError

    def stop(self) -> None:
        self.is_over.set()
        self.server.shutdown()
        self.server.server_close()


def _handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            call = Call(self.path, self.headers, body)
            provider.calls.append(call)
            reply = provider.says or provider.reply(call)
            if provider.manner == "hang":
                self.close_connection = True
                provider.gave_up_first |= not provider.is_over.wait(provider.patience)
            elif provider.manner == "trickle":
                self.trickle(reply)
            else:
                self.answer(reply)

        do_GET = do_POST  # noqa: N815

        def answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(reply.body)

        def trickle(self, reply: Reply) -> None:
            """Each byte starts a socket's timeout anew."""
            self.close_connection = True
            answer = f"HTTP/1.1 {reply.status} OK\r\nContent-Length: 500\r\n\r\n{' ' * 500}".encode()
            with suppress(OSError):
                for byte in answer[: provider.patience]:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    if provider.is_over.wait(1):
                        return
                provider.gave_up_first = True

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    return Handler
