"""The canary's phone presses over a real socket, within its deadline, whatever the other side does."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import Mock
from urllib.parse import parse_qs

import pytest

from agencies.reach import phone

PAGE = '<form method="post"><input type="hidden" name="key" value="signed"></form>'
RECEIPT = '<strong class="reference">7K3F-9QTM</strong>'
FIELDS = {"key": "ours", "may_tell": "NEAREST_HELP"}


class Portal:
    """A web server that answers a GET and a POST as it is told: a status and a body, or None to hang."""

    def __init__(self) -> None:
        self.page: tuple[int, str] | None = (200, PAGE)
        self.taken: tuple[int, str] | None = (200, RECEIPT)
        self.posted: list[dict[str, list[str]]] = []
        self.is_over = threading.Event()
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.say(portal.page)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                portal.posted.append(parse_qs(self.rfile.read(length).decode()))
                self.say(portal.taken)

            def say(self, what: tuple[int, str] | None) -> None:
                if what is None:
                    portal.is_over.wait(60)
                    return
                self.send_response(what[0])
                self.send_header("Location", "/elsewhere/")
                self.end_headers()
                self.wfile.write(what[1].encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/th/now/"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.is_over.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def portal():
    portal = Portal()
    yield portal
    portal.stop()


def test_it_asks_for_the_page_and_presses(portal, monkeypatch):
    monkeypatch.setattr(phone, "time", Mock(monotonic=Mock(side_effect=[7.0, 7.25])))

    milliseconds = phone.press(portal.url, FIELDS)

    assert milliseconds == 250
    assert portal.posted == [{name: [value] for name, value in FIELDS.items()}]


@pytest.mark.parametrize("page", [(503, PAGE), (200, "under construction"), (302, "")])
def test_without_the_page_nothing_is_pressed(portal, page):
    portal.page = page

    with pytest.raises(phone.NoPage, match=f"HTTP {page[0]}"):
        phone.press(portal.url, FIELDS)
    assert portal.posted == []


@pytest.mark.parametrize("taken", [(503, "not sent"), (200, "an empty page"), (301, RECEIPT)])
def test_only_a_receipt_counts_as_taken(portal, taken):
    portal.taken = taken

    with pytest.raises(phone.PressNotTaken, match=f"HTTP {taken[0]}"):
        phone.press(portal.url, FIELDS)


@pytest.mark.parametrize(("step", "error"), [("page", phone.NoPage), ("taken", phone.PressNotTaken)])
def test_a_web_that_hangs_is_left_at_the_deadline(portal, monkeypatch, step, error):
    monkeypatch.setattr(phone, "DEADLINE_SECONDS", 0.5)
    setattr(portal, step, None)

    with pytest.raises(error, match="TimeoutError"):
        phone.press(portal.url, FIELDS)


def test_where_nobody_listens(portal):
    portal.server.server_close()

    with pytest.raises(phone.NoPage, match="ConnectError"):
        phone.press("http://127.0.0.1:9/th/now/", FIELDS)
