"""A body of whatever length is read to its end, and kept only as far as we take it."""

import asyncio

import pytest
from django.core.exceptions import RequestAborted

from protectu import handler


def read(*messages):
    left = list(messages)

    async def receive():
        return left.pop(0)

    body = asyncio.run(handler.Handler().read_body(receive))
    with body:
        return body.read(), left


def piece(content, *, more=True):
    return {"type": "http.request", "body": content, "more_body": more}


def test_a_body_comes_whole():
    assert read(piece(b"one "), piece(b"two", more=False)) == (b"one two", [])


def test_what_is_beyond_the_largest_body_is_drained_and_not_kept(settings):
    settings.BODY_MAX_BYTES = 6

    assert read(piece(b"one "), piece(b"two "), piece(b"three"), piece(b"four", more=False)) == (b"one tw", [])


def test_a_full_disk_cuts_the_body_and_loses_no_beginning(monkeypatch):
    class Full:
        def __init__(self, **options):
            self.kept = b""

        def write(self, content):
            if self.kept:
                raise OSError("No space left on device")
            self.kept = content
            return len(content)

        def seek(self, at):
            """At the beginning already."""

        def read(self):
            return self.kept

        def __enter__(self):
            return self

        def __exit__(self, *why):
            """Nothing to close."""

    monkeypatch.setattr(handler.tempfile, "SpooledTemporaryFile", Full)

    assert read(piece(b"text=help"), piece(b"&file="), piece(b"x", more=False)) == (b"text=help", [])


def test_a_line_that_breaks_off_is_no_request():
    with pytest.raises(RequestAborted):
        read(piece(b"one "), {"type": "http.disconnect"})
