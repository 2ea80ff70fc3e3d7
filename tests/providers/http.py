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

    "endless" says its status, and its body has no end; "silent" hangs up without a word. They go on for a minute;
    `gave_up_first` tells that the client was still there then. When the test is over, they end as they should have.
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
            behave = {"hang": self.hang, "trickle": self.trickle, "endless": self.go_on, "silent": self.be_silent}
            behave.get(provider.manner, self.answer)(reply)

        do_GET = do_POST  # noqa: N815

        def answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            with suppress(OSError):
                self.end_headers()
                self.wfile.write(reply.body)

        def be_silent(self, reply: Reply) -> None:
            self.close_connection = True

        def hang(self, reply: Reply) -> None:
            self.close_connection = True
            if provider.is_over.wait(provider.patience):
                self.answer(reply)
            else:
                provider.gave_up_first = True

        def trickle(self, reply: Reply) -> None:
            """A first line without an end: each byte starts a socket's timeout anew."""
            self.slowly(f"HTTP/1.1 {reply.status} O".encode())
            with suppress(OSError):
                self.wfile.write(f"K\r\nContent-Length: {len(reply.body)}\r\n\r\n".encode() + reply.body)

        def go_on(self, reply: Reply) -> None:
            """The body comes whole, and its end does not."""
            self.slowly(f"HTTP/1.1 {reply.status} OK\r\nContent-Length: 9999\r\n\r\n".encode() + reply.body)

        def slowly(self, beginning: bytes) -> None:
            self.close_connection = True
            with suppress(OSError):
                self.wfile.write(beginning)
                for _ in range(provider.patience):
                    if provider.is_over.wait(1):
                        return
                    self.wfile.write(b" ")
                    self.wfile.flush()
                provider.gave_up_first = True

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    return Handler
