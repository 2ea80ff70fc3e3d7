"""Requests that are no HTTP, end too soon or never, over bare sockets: no 500, no press that was accepted is lost."""

import re
import socket
import struct
import time
from contextlib import closing, suppress

import pytest

from tests.press import REFERENCE, press
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.fault

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
PRESS = b"may_tell=NEAREST_HELP&narrative=Six+of+us"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def head(*lines: bytes, method: bytes = b"POST", path: bytes = b"/th/now/", version: bytes = b"HTTP/1.1") -> bytes:
    return b"%s %s %s\r\nHost: 127.0.0.1\r\nConnection: close\r\n%s\r\n" % (method, path, version, b"".join(lines))


def length(number: object) -> bytes:
    return b"Content-Length: %s\r\n" % str(number).encode()


def connect(stack: Stack) -> socket.socket:
    return socket.create_connection(("127.0.0.1", stack.port), timeout=120)


def answer_to(stack: Stack, *pieces: bytes, hangs_up: bool = True) -> bytes:
    """Piece by piece, then nothing more; all that comes back, until the web closes."""
    with closing(connect(stack)) as connection:
        with suppress(OSError):  # it may have had enough before the last piece
            for piece in pieces:
                connection.sendall(piece)
            if hangs_up:
                connection.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(ConnectionError):
            while more := connection.recv(65536):
                answer += more
        return answer


def reference_in(answer: bytes) -> str:
    found = re.search(r'class="reference">([^<]+)<', answer.decode())
    return found[1] if found else ""


def reports(stack: Stack) -> int:
    return stack.value("SELECT count(*) FROM cases_report")


def is_kept(stack: Stack, reference: str) -> bool:
    return stack.value("SELECT count(*) FROM cases_report WHERE reference = %s", reference) == 1


def assert_serves(stack: Stack) -> None:
    assert is_kept(stack, press(stack.url).reference)


NOT_TAKEN = {
    "no HTTP": [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 30],
    "nothing": [],
    "half a first line": [b"POST /th/now/ HT"],
    "a version that is none": [head(length(len(PRESS)), version=b"HTTP/9.9"), PRESS],
    "heads without end": [b"POST /th/now/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-A: b\r\n" * 20_000],
    "a head of a megabyte": [head(b"X-A: %s\r\n" % (b"a" * 1_000_000)), PRESS],
    "a NUL in a head": [head(b"X-A: a\x00b\r\n", length(len(PRESS))), PRESS],
    "an address that is none": [head(length(len(PRESS)), path=b"/th/now/ now"), PRESS],
    "a length in words": [head(FORM, length("many")), PRESS],
    "a length below nothing": [head(FORM, length(-1)), PRESS],
    "a length beyond all": [head(FORM, length("9" * 40)), PRESS],
    "two lengths": [head(FORM, length(3), length(len(PRESS))), PRESS],
    "a body cut off": [head(FORM, length(len(PRESS) + 1)), PRESS],
    "a head and no body": [head(FORM, length(len(PRESS)))],
    "chunks with a length that is none": [head(FORM, CHUNKED), b"zz\r\n", PRESS, b"\r\n0\r\n\r\n"],
    "chunks longer than they say": [head(FORM, CHUNKED), b"3\r\n", PRESS, b"\r\n0\r\n\r\n"],
    "chunks without the last": [head(FORM, CHUNKED), b"%x\r\n" % len(PRESS), PRESS, b"\r\n"],
    "an encoding of transfer that is none": [head(FORM, b"Transfer-Encoding: gzip, nonsense\r\n"), PRESS],
}


@pytest.mark.parametrize("pieces", NOT_TAKEN.values(), ids=NOT_TAKEN.keys())
def test_a_request_that_is_not_whole_is_refused_or_dropped_and_the_web_goes_on(stack, pieces):
    before = reports(stack)

    answer = answer_to(stack, *pieces)

    assert not re.match(rb"HTTP/1.1 (?:2|5)", answer)
    assert reports(stack) == before
    assert_serves(stack)


TAKEN = {
    "letter by letter": [head(FORM, length(len(PRESS))), *(PRESS[at : at + 1] for at in range(len(PRESS)))],
    "in chunks of one": [
        head(FORM, CHUNKED),
        *(b"1\r\n%s\r\n" % PRESS[at : at + 1] for at in range(len(PRESS))),
        b"0\r\n\r\n",
    ],
    "chunks with extensions and a trailer": [
        head(FORM, CHUNKED),
        b"%x;a=b\r\n%s\r\n0\r\nX-A: b\r\n\r\n" % (len(PRESS), PRESS),
    ],
    "as HTTP/1.0": [head(FORM, length(len(PRESS)), version=b"HTTP/1.0"), PRESS],
    "without a body": [head(length(0))],
    "without a length": [head(FORM)],
    "parts that end nowhere": [
        head(b"Content-Type: multipart/form-data; boundary=x\r\n", length(64)),
        b'--x\r\nContent-Disposition: form-data; name="may_tell"\r\n\r\nNEAR'.ljust(64),
    ],
    "parts in a charset that is none": [
        head(b"Content-Type: multipart/form-data; boundary=x; charset=rot13\r\n", length(9)),
        b"--x\r\n\r\n\r\n",
    ],
    "heads in any bytes": [
        head(FORM, b"Origin: http://[\xff\r\nCookie: \xff=\xfe;;;\r\n", length(len(PRESS))),
        PRESS,
    ],
}


@pytest.mark.parametrize("pieces", TAKEN.values(), ids=TAKEN.keys())
def test_a_press_that_comes_strangely_is_taken(stack, pieces):
    answer = answer_to(stack, *pieces, hangs_up=False)

    assert answer.startswith(b"HTTP/1.1 200")
    assert is_kept(stack, reference_in(answer))
    assert_serves(stack)


def test_what_is_sent_beyond_its_length_is_no_part_of_the_press(stack):
    """The web closes on bytes that it has not read, and TCP may then throw the answer away: only the row is sure."""
    before = reports(stack)

    answer_to(stack, head(FORM, length(len(PRESS))), PRESS, b"&narrative=more" * 100, hangs_up=False)

    wait_for(lambda: reports(stack) == before + 1, what="the press")
    assert_serves(stack)


GOES = {"properly": struct.pack("ii", 0, 0), "with a reset": struct.pack("ii", 1, 0)}


@pytest.mark.parametrize("lingers", GOES.values(), ids=GOES.keys())
def test_a_press_is_kept_when_whoever_sent_it_is_gone_at_once(stack, lingers):
    """Ten, because the web may be quicker than the one who goes."""
    before = reports(stack)

    for sent in range(1, 11):
        with closing(connect(stack)) as connection:
            connection.sendall(head(FORM, length(len(PRESS))) + PRESS)
            time.sleep(0.002)  # a reset takes with it what the web has not read
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingers)
        wait_for(lambda sent=sent: reports(stack) == before + sent, what="the press")

    assert_serves(stack)


def test_a_hundred_that_never_finish_do_not_keep_others_from_pressing(stack):
    slow = [connect(stack) for _ in range(100)]
    try:
        for connection in slow:
            connection.sendall(head(FORM, length(len(PRESS))) + PRESS[:5])

        assert_serves(stack)

        slow[0].sendall(PRESS[5:])
        assert REFERENCE.search(slow[0].makefile("rb").read().decode())
    finally:
        for connection in slow:
            connection.close()
    assert_serves(stack)
