"""However an answer ends, its connection to the database is given back."""

import asyncio

import pytest
from django.db import connection
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from protectu import handler
from tests.stack import ROOT
from tests.web import a_web, ask, head

CLOSE = "Connection: close"
PRESS = b"may_tell=NEAREST_HELP&narrative=Six+of+us"
WAYS = {
    "CONNECT": {"request": head("CONNECT", "/en/form/", CLOSE)},
    "PUT": {"request": head("PUT", "/en/form/", CLOSE, length=len(PRESS)) + PRESS},
    "a method that nobody knows": {"request": head("BREW", "/en/form/", CLOSE)},
    "HEAD": {"request": head("HEAD", "/en/form/", CLOSE)},
    "OPTIONS": {"request": head("OPTIONS", "/en/form/", CLOSE)},
    "an upgrade to what we do not speak": {
        "request": head("GET", "/en/form/", "Connection: upgrade", "Upgrade: h2c"),
        "reads": 9,
    },
    "an upgrade to a socket": {
        "request": head(
            "GET",
            "/en/form/",
            "Connection: upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: YQ==",
        ),
        "reads": 9,
    },
    "the older HTTP": {"request": b"GET /en/form/ HTTP/1.0\r\n\r\n"},
    "two at once": {"request": head("GET", "/en/form/") + head("GET", "/en/form/", CLOSE)},
    "a reset before the head is whole": {"request": b"GET /en/form/ HTTP/1.1\r\nHost:", "reads": 0, "resets": True},
    "a reset after the request": {"request": head("GET", "/en/form/"), "reads": 0, "resets": True},
    "a reset in the head of the answer": {"request": head("GET", "/en/form/"), "reads": 9, "resets": True},
    "a reset in the answer": {"request": head("GET", "/en/form/"), "reads": 4000, "resets": True},
    "a press that is cut": {"request": head("POST", "/en/now/", length=99) + PRESS, "reads": 0},
    "a press that is cut by a reset": {
        "request": head("POST", "/en/now/", length=99) + PRESS,
        "reads": 0,
        "resets": True,
    },
    "a press whose sender is gone": {
        "request": head("POST", "/en/now/", length=len(PRESS)) + PRESS,
        "reads": 0,
        "resets": True,
    },
    "a word to be said before the body": {
        "request": head("POST", "/en/now/", "Expect: 100-continue", length=len(PRESS)),
        "reads": 9,
        "resets": True,
    },
    "no such page": {"request": head("GET", "/en/nothing/", CLOSE)},
}


@pytest.mark.django_db(transaction=True)
def test_no_way_to_end_a_request_costs_a_connection(directory):
    with a_web(DATABASE_POOL_SIZE="2") as port:
        for name, way in WAYS.items():
            for _ in range(3):
                ask(port, **way)

            answer = ask(port, head("GET", "/en/form/", CLOSE))

            assert answer.startswith(b"HTTP/1.1 200"), f"after {name}"
            assert b'name="area"' in answer, (
                f"after {name}: the form has no provinces, so the database is not reached"
            )


@pytest.mark.parametrize("method", ["CONNECT", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
@pytest.mark.parametrize(
    "address", ["/en/", "/en/now/", "/en/form/", "/en/back/", "/desk/", "/login/", "/health/", "/static/map.css"]
)
def test_no_page_knows_another_method(client, method, address):
    answer = client.generic(method, address)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/desk/cases/%00/",
        "/desk/reports/%00/",
        "/asked/%00/",
        "/a/%00/",
    ],
)
def test_an_address_with_a_nul_is_no_address(client, somchai, address):
    client.force_login(somchai)

    assert client.get(address).status_code == 404


class Gone(Exception):
    """What a server raises that cannot send."""


def asked(answer, send, *, path="/en/now/", after=()):
    """Have the handler answer one request by `answer`, in a loop of its own."""

    class Ours(handler.Handler):
        def get_response(self, request):
            connection.ensure_connection()
            response = answer()
            response._resource_closers.append(request.close)
            return response

    messages = [{"type": "http.request", "body": b"", "more_body": False}, *after]

    async def receive():
        if not messages:
            await asyncio.Event().wait()
        return messages.pop(0)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    asyncio.run(Ours()(scope, receive, send))


def out_of_the_pool():
    stats = connection.pool.get_stats()
    return stats.get("pool_size", 0) - stats.get("pool_available", 0)


async def endless():
    while True:
        yield b"still here"
        await asyncio.sleep(0)


async def broken():
    yield b"one"
    raise Gone


ANSWERS = {
    "a page": lambda: HttpResponse("x"),
    "a page with a header that cannot be sent": lambda: HttpResponse("x", headers={"X-A": "\u0e01"}),
    "a file": lambda: FileResponse((ROOT / "manage.py").open("rb")),
    "a stream": lambda: StreamingHttpResponse(endless()),
    "a stream that breaks": lambda: StreamingHttpResponse(broken()),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", ["http.response.start", "http.response.body"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_server_that_cannot_send_costs_no_connection(answer, at):
    connection.close()
    before, closed = out_of_the_pool(), []

    async def send(message):
        if message["type"] == at:
            raise Gone

    def watched():
        response = answer()
        response._resource_closers.append(lambda: closed.append(1))
        return response

    with pytest.raises((Gone, UnicodeEncodeError)):
        asked(watched, send)

    assert out_of_the_pool() == before
    assert closed == [1]
