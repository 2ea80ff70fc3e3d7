"""Caddy with ops/Caddyfile, and what stands for the webs behind it."""

import os
import ssl
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.stack import ROOT, free_port, wait_for


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Web:
    """Stands for one of the two webs, and keeps what it was asked. `before` may spoil an answer."""

    def __init__(self, name: str) -> None:
        self.name, self.port = name, 0
        self.asked: list[Asked] = []
        self.before: Callable[[Asked, BaseHTTPRequestHandler], bool] = lambda asked, handler: True
        self.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Again on the port that it had."""
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = Asked(self.command, self.path, dict(self.headers), body)
                web.asked.append(asked)
                if web.before(asked, self):
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(web.name.encode())

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def presses(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == "POST"]


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]


@dataclass
class Proxy:
    folder: Path
    public: str
    staff: str
    site: str = "localhost"
    more: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    plain_port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.log = self.folder / "log"
        environment = {
            **os.environ,
            "SITE": self.site,
            "ACME_EMAIL": "internal",
            "HTTP_PORT": str(self.plain_port),
            "HTTPS_PORT": str(self.port),
            "WEB_PRESS": self.public,
            "WEB_PUBLIC": self.public,
            "WEB_STAFF": self.staff,
            "DOWN_PAGE": str(ROOT / "ops"),
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder),
            **self.more,
        }
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(ROOT / "ops" / "Caddyfile")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        wait_for(self.is_up, what=f"caddy; see {self.log}")

    def is_up(self) -> bool:
        with suppress(OSError):
            return self.ask("/", "PUT").status == 405  # which it answers by itself
        return False

    def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b"key=1"
    ) -> Answer:
        connection = HTTPSConnection(self.site, self.port, timeout=60, context=trusting())
        return self._ask(connection, method, path, headers, body)

    def ask_plainly(self, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
        """Over http, which no answer of the portal ever goes by."""
        return self._ask(HTTPConnection("127.0.0.1", self.plain_port, timeout=60), method, path, headers, b"key=1")

    def _ask(
        self, connection: HTTPConnection, method: str, path: str, headers: dict[str, str] | None, body: bytes
    ) -> Answer:
        try:
            connection.request(method, path, body=body if method == "POST" else None, headers=headers or {})
            answer: HTTPResponse = connection.getresponse()
            return Answer(answer.status, answer.read().decode(), dict(answer.headers))
        finally:
            connection.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
