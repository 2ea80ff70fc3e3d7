"""The proxy as it is written: HTTP/2, the right web, nothing of the client believed, nothing of it written down."""

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.stack import ROOT, free_port, wait_for

pytestmark = pytest.mark.fault


class Web:
    """Stands for one of the two webs, and keeps what it was asked."""

    def __init__(self, name: str) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                self.rfile.read(length)
                web.asked.append((self.command, self.path, dict(self.headers)))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(name.encode())

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Proxy:
    folder: Path
    public: Web = field(default_factory=lambda: Web("public"))
    staff: Web = field(default_factory=lambda: Web("staff"))
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.log = self.folder / "log"
        environment = {
            **os.environ,
            "SITE": "localhost",
            "ACME_EMAIL": "internal",
            "HTTP_PORT": str(free_port()),
            "HTTPS_PORT": str(self.port),
            "WEB_PUBLIC": self.public.address,
            "WEB_STAFF": self.staff.address,
            "DOWN_PAGE": str(ROOT / "ops"),
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder),
        }
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(ROOT / "ops" / "Caddyfile")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        wait_for(self.is_up, what=f"caddy; see {self.log}")

    def is_up(self) -> bool:
        with suppress(OSError):
            return self.ask("/th/")[0] == 200
        return False

    def ask(self, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> tuple[int, str]:
        connection = HTTPSConnection("localhost", self.port, timeout=60, context=trusting())
        try:
            connection.request(method, path, body=b"key=1" if method == "POST" else None, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.public.stop()
        self.staff.stop()


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.fixture(scope="module")
def proxy(tmp_path_factory) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path_factory.mktemp("proxy"))
    yield proxy
    proxy.stop()


@pytest.mark.parametrize(
    ("path", "web"),
    [
        ("/", "public"),
        ("/th/now/", "public"),
        ("/zh-hans/", "public"),
        ("/health/", "public"),
        ("/desk/", "staff"),
        ("/login/", "staff"),
        ("/a/token/", "staff"),
        ("/map/data/", "staff"),
        ("/metrics/", "staff"),
        ("/static/staff.css", "staff"),
    ],
)
def test_each_address_has_its_web(proxy, path, web):
    assert proxy.ask(path) == (200, web)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"])
@pytest.mark.parametrize("path", ["/th/now/", "/desk/"])
def test_a_method_that_no_page_knows_gets_no_further(proxy, method, path):
    before = len(proxy.public.asked + proxy.staff.asked)

    assert proxy.ask(path, method)[0] == 405
    assert len(proxy.public.asked + proxy.staff.asked) == before


def test_it_speaks_http_2(proxy):
    context = trusting()
    context.set_alpn_protocols(["h2", "http/1.1"])

    with (
        socket.create_connection(("localhost", proxy.port), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        assert connection.selected_alpn_protocol() == "h2"


def test_what_a_client_says_of_itself_is_not_believed(proxy):
    lies = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "Forwarded": "for=203.0.113.9"}

    proxy.ask("/th/now/", "POST", lies)

    method, path, seen = proxy.public.asked[-1]
    assert (method, path) == ("POST", "/th/now/")
    assert seen["X-Forwarded-For"] in {"127.0.0.1", "::1"}
    assert seen["X-Forwarded-Proto"] == "https"
    assert "Forwarded" not in seen
    assert seen["Host"].startswith("localhost")


def test_a_press_comes_through_though_whoever_sent_it_is_gone_at_once(proxy):
    sent = {f"/th/now/?press-{number}" for number in range(20)}

    for path in sent:
        connection = HTTPSConnection("localhost", proxy.port, timeout=60, context=trusting())
        connection.request("POST", path, body=b"may_tell=NEAREST_HELP")
        connection.close()

    wait_for(lambda: sent <= {path for _, path, _ in proxy.public.asked}, what="every press")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_with_nobody_behind_it_the_numbers_to_call_are_said_and_nothing_is_written_down(tmp_path, method):
    proxy = Proxy(tmp_path)
    try:
        proxy.ask("/a/a-token-that-opens-a-case/")
        proxy.public.stop()
        proxy.staff.stop()

        status, page = proxy.ask("/th/now/?my-secret-question", method)
        proxy.ask("/a/a-token-that-opens-a-case/")
    finally:
        proxy.process.terminate()
        proxy.process.wait()

    log = proxy.log.read_text()
    assert status == 503
    assert 'href="tel:1300"' in page
    assert log  # it does write, of itself
    for secret in ("a-token-that-opens", "my-secret-question", "/th/now/", "203.0.113"):
        assert secret not in log
