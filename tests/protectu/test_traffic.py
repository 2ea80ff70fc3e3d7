"""Each request waits in a lane, a press has connections of its own, and a refused request says what to do."""

import asyncio
import threading

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.test import AsyncRequestFactory, RequestFactory
from django.urls import resolve

from protectu import handler, middleware, traffic
from protectu.lanes import Lane
from tests.test_doors import addresses

NAMES = {pattern.name for _, pattern in addresses()}


def lane(method, path, size=0):
    return traffic.lane_of(RequestFactory().generic(method, path), size=size)


def test_each_name_is_the_name_of_an_address():
    named = traffic.PRESS | traffic.SLOW.keys() | traffic.OWN.keys() | traffic.WITH_FILES

    assert named <= NAMES
    assert {*traffic.SLOW.values(), *traffic.OWN.values()} <= traffic.LANES.keys()


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/th/now/", "press"),
        ("POST", "/zh-hans/now/", "press"),
        ("GET", "/th/form/", "press"),
        ("POST", "/th/form/", "press"),
        ("POST", "/th/now/position/", "press"),
        ("POST", "/th/now/moving/point/", "press"),
        ("POST", "/hooks/line/", "press"),
        ("GET", "/th/back/", "public"),
        ("POST", "/th/back/", "codes"),
        ("POST", "/th/now/code/", "codes"),
        ("POST", "/th/back/words/", "public"),
        ("GET", "/th/", "public"),
        ("GET", "/th/info/numbers/", "public"),
        ("GET", "/login/", "staff"),
        ("POST", "/login/", "doors"),
        ("POST", "/a/token/place/", "doors"),
        ("POST", "/a/token/take/", "staff"),
        ("GET", "/desk/", "staff"),
        ("GET", "/desk/live/", "screens"),
        ("GET", "/health/live/", "health"),
        ("POST", "/hooks/sms/", "hooks"),
        ("GET", "/tiles/6/50/30.png", "tiles"),
        ("GET", "/static/staff.css", "files of ours"),
        ("GET", "/nothing/", "files of ours"),
    ],
)
def test_an_address_has_its_lane(method, path, name):
    assert lane(method, path) == name


def test_a_form_with_files_leaves_the_lane_of_the_press_and_comes_back_when_others_send_too_many():
    assert lane("POST", "/th/form/", size=traffic.LARGE + 1) == "files"
    assert traffic.tried("files") == ("files", "press", traffic.SENT_AWAY)


@pytest.mark.parametrize("connections", [16, 20, 40])
def test_together_the_lanes_have_as_many_turns_as_the_process_has_connections(connections):
    lanes = traffic.shared_out(connections)

    shared = [lane.at_once for name, lane in lanes.items() if name not in traffic.WITHOUT_CONNECTION]
    assert sum(shared) + traffic.CHECKERS == connections
    assert lanes["press"].at_once == connections - 15


def test_the_shape_that_is_shipped_leaves_five_connections_to_the_press():
    assert traffic.LANES["press"].at_once == 5
    assert settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] == 20


# ---- through the handler ---------------------------------------------------------------------------------------


class Held(handler.Handler):
    """A handler whose views end when they are told to."""

    def __init__(self):
        super().__init__()
        self.ends, self.inside = threading.Event(), []

    def get_response(self, request):
        if "held" in request.GET:
            connection.ensure_connection()
            self.inside.append(request.path)
            self.ends.wait(60)
        return super().get_response(request)


async def answer_to(application, method, path, body=b"", whole=b"", **headers):
    """Status, headers and text."""
    scope = AsyncRequestFactory()._base_scope(method=method, path=path.partition("?")[0])
    scope["query_string"] = path.partition("?")[2].encode()
    scope["headers"] = [
        (b"host", b"testserver"),
        *((name.encode(), value.encode()) for name, value in headers.items()),
    ]
    if body:
        scope["headers"] += [
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", b"%d" % len(body)),
        ]
    messages, sent = [{"type": "http.request", "body": body or whole, "more_body": False}], []

    async def receive():
        if not messages:
            await asyncio.Event().wait()
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    await application(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(part.get("body", b"") for part in sent[1:]).decode()


@pytest.fixture
def crowded(monkeypatch):
    """All lanes but that of the press have one turn, and nobody may wait for it."""
    small = {name: Lane(1, 0, 60) for name in traffic.LANES} | {"press": Lane(1, 9, 60), "sent away": Lane(1, 9, 60)}
    monkeypatch.setattr(traffic, "LANES", small)
    return Held()


async def while_held(application, paths, ask):
    """What `ask` gives while requests for these paths are inside."""
    held = [asyncio.create_task(answer_to(application, "GET", path)) for path in paths]
    while len(application.inside) < len(paths):
        await asyncio.sleep(0.01)
    try:
        return await ask()
    finally:
        application.ends.set()
        await asyncio.gather(*held)


@pytest.mark.django_db(transaction=True)
def test_a_press_is_taken_while_every_other_lane_is_full(directory, crowded):
    paths = ["/th/?held", "/desk/?held", "/health/live/?held", "/static/x?held", "/hooks/sms/?held"]
    press = b"may_tell=NEAREST_HELP"

    status, _, page = asyncio.run(while_held(crowded, paths, lambda: answer_to(crowded, "POST", "/en/now/", press)))

    assert status == 200
    assert 'class="reference"' in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "said"), [("en", "Many people are asking just now."), ("th", "ตอนนี้มีคนใช้งานมาก")]
)
def test_who_finds_a_full_lane_hears_it_at_once_with_the_numbers(directory, crowded, language, said):
    status, headers, page = asyncio.run(
        while_held(crowded, ["/th/?held"], lambda: answer_to(crowded, "GET", f"/{language}/info/"))
    )

    assert status == 503
    assert 3 <= int(headers[b"Retry-After"]) <= 8
    assert headers[b"Refresh"] == headers[b"Retry-After"]
    assert said in page
    assert 'href="tel:1300"' in page
    assert b"Content-Security-Policy" in headers
    assert headers[b"Referrer-Policy"] == b"no-referrer"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "held", "body", "kept"),
    [
        ("/en/back/", "/en/back/?held", b"code=1234+5678", 'value="1234 5678"'),
        ("/en/back/words/", "/en/?held", b"token=t&text=Six+men", 'value="Six men"'),
        ("/login/", "/login/?held", b"username=anong&password=p", 'name="username" value="anong"'),
        ("/desk/cases/2222-2222/note/", "/desk/?held", b"text=She+called", 'name="text" value="She called"'),
    ],
)
def test_nothing_that_was_typed_is_lost_when_the_lane_is_full(directory, crowded, path, held, body, kept):
    async def ask():
        return await answer_to(crowded, "POST", path, body)

    crowded_lane = lane("POST", path)
    traffic.LANES[crowded_lane].running = 1

    status, headers, page = asyncio.run(ask())

    assert status == 503
    assert kept in page
    assert b"Retry-After" in headers
    assert b"Refresh" not in headers  # the browser would ask without what was typed


@pytest.mark.django_db(transaction=True)
def test_words_are_taken_and_files_declined_while_others_send_too_many(directory, crowded):
    traffic.LANES["files"].running = 1
    boundary = "x"
    parts = [
        'name="narrative"\r\n\r\nSix men on a boat',
        'name="file"; filename="a.jpg"\r\n\r\n\xff\xd8\xff' + "0" * 200_000,
    ]
    body = "".join(f"--{boundary}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts).encode("latin-1")

    async def ask():
        kind = {"content-type": f"multipart/form-data; boundary={boundary}", "content-length": str(len(body) + 7)}
        return await answer_to(crowded, "POST", "/en/form/", **kind, whole=body + b"--x--\r\n")

    status, _, page = asyncio.run(ask())

    assert status == 200
    assert 'class="reference"' in page
    assert "We cannot take files just now, only words." in page


@pytest.mark.django_db(transaction=True)
def test_while_a_request_waits_for_its_turn_it_holds_no_connection_and_no_thread(directory, crowded):
    connections.close_all()
    pool = connection.pool

    async def story():
        waiting = [asyncio.create_task(answer_to(crowded, "POST", "/en/now/?held", b"x=1")) for _ in range(5)]
        while not crowded.inside:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        stats = pool.get_stats()
        taken = stats["pool_size"] - stats["pool_available"]
        threads = len(crowded._threads._threads)
        crowded.ends.set()
        answers = await asyncio.gather(*waiting)
        return taken, threads, [status for status, *_ in answers]

    assert asyncio.run(story()) == (1, 1, [200] * 5)


@pytest.mark.parametrize(("path", "status"), [("/desk/", 503), ("/a/token/", 503), ("/en/info/", 500)])
def test_an_officer_whose_page_gets_no_connection_is_asked_to_wait(path, status):
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)

    try:
        raise OperationalError("couldn't get a connection after 1.00 sec")
    except OperationalError:
        answer = middleware.broken(request)

    assert answer.status_code == status
    assert ("Refresh" in answer) == (status == 503)
