"""The proxy as it is written: HTTP/2, the right web, nothing of the client believed, nothing of it written down."""

import socket
from collections.abc import Iterator
from http.client import HTTPSConnection

import pytest

from tests.operations.proxy import Proxy, Web, trusting
from tests.stack import wait_for

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def public() -> Iterator[Web]:
    web = Web("public")
    yield web
    web.stop()


@pytest.fixture(scope="module")
def staff() -> Iterator[Web]:
    web = Web("staff")
    yield web
    web.stop()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory, public, staff) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path_factory.mktemp("proxy"), public.address, staff.address, more={"WAIT_FOR_WEB": "1s"})
    yield proxy
    proxy.stop()


@pytest.mark.parametrize(
    ("path", "web"),
    [
        ("/", "public"),
        ("/th/now/", "public"),
        ("/zh-hans/", "public"),
        ("/health/", "public"),
        ("/static/public/pin.0123456789ab.js", "public"),
        ("/static/leaflet/images/layers.png", "public"),
        ("/desk/", "staff"),
        ("/login/", "staff"),
        ("/a/token/", "staff"),
        ("/map/data/", "staff"),
        ("/metrics/", "staff"),
        ("/static/staff.css", "staff"),
        ("/tiles/7/98/60.png", "staff"),
    ],
)
def test_each_address_has_its_web(proxy, path, web):
    answer = proxy.ask(path)

    assert (answer.status, answer.text) == (200, web)


def test_it_speaks_http_2(proxy):
    context = trusting()
    context.set_alpn_protocols(["h2", "http/1.1"])

    with (
        socket.create_connection(("localhost", proxy.port), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        assert connection.selected_alpn_protocol() == "h2"


def test_what_a_client_says_of_itself_is_not_believed(proxy, public):
    lies = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "Forwarded": "for=203.0.113.9"}

    proxy.ask("/th/now/", "POST", lies)

    seen = public.asked[-1]
    assert (seen.method, seen.path, seen.body) == ("POST", "/th/now/", b"key=1")
    assert seen.headers["X-Forwarded-For"] in {"127.0.0.1", "::1"}
    assert seen.headers["X-Forwarded-Proto"] == "https"
    assert "Forwarded" not in seen.headers
    assert seen.headers["Host"].startswith("localhost")


def test_a_press_comes_through_though_whoever_sent_it_is_gone_at_once(proxy, public):
    sent = {f"/th/now/?press-{number}" for number in range(20)}

    for path in sent:
        connection = HTTPSConnection("localhost", proxy.port, timeout=60, context=trusting())
        connection.request("POST", path, body=b"may_tell=NEAREST_HELP")
        connection.close()

    wait_for(lambda: sent <= {asked.path for asked in public.presses()}, what="every press")


def test_the_alert_page_has_a_web_of_its_own_and_a_stand_in_while_that_is_down(tmp_path, public, staff):
    press = Web("press")
    own = Proxy(tmp_path, public.address, staff.address, more={"WEB_PRESS": press.address, "WAIT_FOR_WEB": "5s"})
    try:
        paths = ("/th/now/", "/zh-hans/form/", "/th/", "/th/back/")
        assert [own.ask(path).text for path in paths] == ["press", "press", "public", "public"]

        press.stop()
        came = own.ask("/th/now/", "POST", body=b"may_tell=NEAREST_HELP")
    finally:
        own.stop()

    assert (came.status, came.text) == (200, "public")
    assert public.asked[-1].body == b"may_tell=NEAREST_HELP"


@pytest.mark.parametrize("method", ["BREW", "CONNECT", "DELETE", "PATCH", "PROPFIND", "PUT", "TRACE"])
@pytest.mark.parametrize("path", ["/en/form/", "/desk/", "/health/"])
def test_a_method_that_no_page_knows_gets_no_further(proxy, public, staff, method, path):
    before = len(public.asked) + len(staff.asked)

    answer = proxy.ask(path, method)

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert len(public.asked) + len(staff.asked) == before


# ---- what it says by itself --------------------------------------------------------------------------------------


def test_who_comes_over_http_is_sent_to_our_own_name_whatever_they_call_us(proxy):
    answer = proxy.ask_plainly("/th/now/?of=what", headers={"Host": "elsewhere.example"})

    assert (answer.status, answer.headers["Location"]) == (308, "https://localhost/th/now/?of=what")


@pytest.mark.django_db
def test_its_own_answers_carry_the_headers_of_our_pages_and_do_not_name_their_server(proxy, staff, settings, client):
    settings.SECURE_HSTS_SECONDS = 31536000  # as outside of the demo
    page = client.get("/th/", secure=True)
    of_pages = {
        name: page.headers[name]
        for name in (
            "Cross-Origin-Opener-Policy",
            "Referrer-Policy",
            "Permissions-Policy",
            "Strict-Transport-Security",
            "X-Content-Type-Options",
            "X-Frame-Options",
        )
    }
    staff.stop()
    try:
        answers = [proxy.ask("/desk/"), proxy.ask("/th/", "PUT"), proxy.ask_plainly("/th/")]
    finally:
        staff.start()

    assert [answer.status for answer in answers] == [503, 405, 308]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in of_pages} == of_pages
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Server" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_with_nobody_behind_it_the_numbers_to_call_are_said_and_nothing_is_written_down(tmp_path, method):
    public, staff = Web("public"), Web("staff")
    proxy = Proxy(tmp_path, public.address, staff.address, more={"WAIT_FOR_WEB": "1s"})
    try:
        proxy.ask("/a/a-token-that-opens-a-case/")
        public.stop()
        staff.stop()

        answer = proxy.ask("/th/now/?my-secret-question", method)
        proxy.ask("/a/a-token-that-opens-a-case/")
    finally:
        proxy.stop()

    log = proxy.log.read_text()
    assert answer.status == 503
    assert 'href="tel:1300"' in answer.text
    assert log  # it does write, of itself
    for secret in ("a-token-that-opens", "my-secret-question", "/th/now/", "203.0.113"):
        assert secret not in log
