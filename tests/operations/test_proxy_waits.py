"""The proxy while a web is dead, frozen or just being started anew: who waits how long, and what is sent twice."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import pytest

from protectu.handler import KNOCK
from tests.operations.proxy import Asked, Proxy, Web
from tests.stack import wait_for

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def webs() -> Iterator[tuple[Web, Web]]:
    webs = Web("public"), Web("staff")
    yield webs
    for web in webs:
        web.stop()


@pytest.fixture(scope="module")
def patient(tmp_path_factory, webs) -> Iterator[Proxy]:
    """It waits for as long as a busy machine may take."""
    more = {"WAIT_FOR_WEB": "60s", "ANSWER_WITHIN": "60s"}
    proxy = Proxy(tmp_path_factory.mktemp("patient"), webs[0].address, webs[1].address, more=more)
    yield proxy
    proxy.stop()


@pytest.fixture(scope="module")
def hasty(tmp_path_factory, webs) -> Iterator[Proxy]:
    """It soon says that nobody answers."""
    more = {"WAIT_FOR_WEB": "1s", "ANSWER_WITHIN": "2s"}
    proxy = Proxy(tmp_path_factory.mktemp("hasty"), webs[0].address, webs[1].address, more=more)
    yield proxy
    proxy.stop()


@pytest.fixture
def public(webs) -> Web:
    webs[0].asked.clear()
    return webs[0]


@pytest.fixture
def staff(webs) -> Web:
    webs[1].asked.clear()
    return webs[1]


@pytest.mark.parametrize("words", [b"story=short", b"story=" + b"long " * 200_000])
def test_a_press_waits_while_its_web_is_started_anew_and_comes_whole_and_once(patient, public, words):
    public.stop()
    with ThreadPoolExecutor() as pool:
        pressed = pool.submit(patient.ask, "/th/form/", "POST", None, words)
        opened = pool.submit(patient.ask, "/th/now/")
        time.sleep(0.5)
        assert [pressed.done(), opened.done()] == [False, False]
        public.start()

        assert [pressed.result().status, opened.result().status] == [200, 200]

    assert [press.body for press in public.presses()] == [words]


def test_what_staff_type_waits_too(patient, staff):
    staff.stop()
    with ThreadPoolExecutor() as pool:
        pressed = pool.submit(patient.ask, "/desk/cases/PU-1/note/", "POST", None, b"note=long")
        time.sleep(0.5)
        staff.start()

        assert pressed.result().status == 200

    assert [press.body for press in staff.presses()] == [b"note=long"]


def test_what_was_sent_is_never_sent_again_when_the_web_dies_over_it(patient, public):
    def dies(asked: Asked, handler: BaseHTTPRequestHandler) -> bool:
        if asked.method == "POST":
            handler.connection.close()
            return False
        return True

    public.before = dies
    try:
        answer = patient.ask("/th/now/", "POST")
    finally:
        public.before = lambda asked, handler: True

    assert answer.status == 503
    assert 'href="tel:1300"' in answer.text
    assert len(public.presses()) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_web_that_is_frozen_ends_in_the_numbers_to_call(hasty, public, method):
    thawed = threading.Event()
    public.before = lambda asked, handler: thawed.wait(60)
    try:
        answer = hasty.ask("/th/now/", method)
    finally:
        thawed.set()
        public.before = lambda asked, handler: True

    assert answer.status == 503
    assert 'href="tel:1300"' in answer.text
    assert public.presses() == []  # what is frozen at the knock is told nothing that it could do much later


def test_public_pages_are_whole_while_the_web_of_the_staff_is_dead(hasty, staff):
    """The pin on a map, sharing, and streets where a deployment has them."""
    staff.stop()
    try:
        for path in ("/static/public/pin.js", "/static/public/share.js", "/static/leaflet/leaflet.js"):
            assert hasty.ask(path).text == "public"
        # The public web stands in once the proxy believes in it: a test before this one may have stopped it.
        wait_for(lambda: hasty.ask("/tiles/7/98/60.png").text == "public", what="the public web to stand in")
        assert hasty.ask("/desk/").status == 503
    finally:
        staff.start()


def test_the_proxy_knocks_without_the_words_and_without_who_speaks(patient, public):
    patient.ask("/th/form/", "POST", {"Cookie": "sessionid=secret"}, b"story=secret")

    knock, press = public.asked
    assert (knock.method, knock.path, knock.body) == ("GET", KNOCK, b"")
    assert "Cookie" not in knock.headers
    assert press.headers["Cookie"] == "sessionid=secret"
