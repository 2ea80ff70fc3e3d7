"""A line of a log is said once, with its time, and whoever says it never waits."""

import json
import logging
import os
import re
from types import SimpleNamespace

import pytest

from protectu import log_lines
from protectu.log_lines import JsonFormatter, LineHandler
from protectu.logs import NeutralFormatter

WORDS = "they lock the door at night"


@pytest.fixture
def now(monkeypatch):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(log_lines.time, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def handler(now):
    one = LineHandler()
    one.setFormatter(NeutralFormatter("%(levelname)s %(name)s: %(message)s"))
    reader, one.lines.descriptor = os.pipe()

    def said() -> list[str]:
        while one.lines.waiting.unfinished_tasks:
            pass
        os.set_blocking(reader, False)
        try:
            return os.read(reader, 1_000_000).decode().splitlines()
        except BlockingIOError:
            return []

    one.said = said
    return one


def record(message, *args, name="web", level=logging.WARNING, error=None):
    info = (type(error), error, None) if error else None
    return logging.LogRecord(name, level, __file__, 1, message, args, info)


def test_the_same_line_is_said_once_a_minute_and_then_how_often_it_came(handler, now):
    for _ in range(70):
        handler.emit(record("socket.accept() out of system resource"))
    assert handler.said() == ["WARNING web: socket.accept() out of system resource"]

    now.now += 61
    handler.emit(record("another"))

    assert handler.said() == [
        "WARNING web: 69 more lines like this were held back within a minute: socket.accept() out of system resource",
        "WARNING web: another",
    ]


def test_of_one_kind_there_are_twenty_in_a_minute_whatever_stands_in_them(handler):
    for number in range(1000):
        handler.emit(record("Not Found: %s", f"/{number}"))

    assert handler.said() == [f"WARNING web: Not Found: /{number}" for number in range(20)]


def test_kinds_without_end_are_not_heard_either(handler):
    for number in range(10_000):
        handler.emit(record(f"wording {number}"))

    assert len(handler.said()) == log_lines.MOST_KINDS
    assert len(handler.seldom.held_back) == 1


def test_two_errors_at_two_places_are_two_lines(handler):
    for kind in (ValueError, TypeError):
        handler.emit(record("broken", error=kind(WORDS)))

    assert handler.said() == ["WARNING web: broken", "ValueError", "WARNING web: broken", "TypeError"]


def test_a_line_that_cannot_be_made_is_not_quoted(handler, capsys):
    handler.emit(record("%d people", WORDS))

    assert handler.said() == ["a line of web could not be written"]
    assert WORDS not in capsys.readouterr().err


def test_as_json_each_line_is_an_object_with_its_time():
    line = JsonFormatter("%(message)s").format(record("broken %s", "ประตู", error=ValueError(WORDS)))

    said = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said.pop("time"))
    assert said == {"level": "WARNING", "logger": "web", "message": "broken ประตู", "trace": "ValueError"}
    assert "\n" not in line


def test_as_text_each_line_begins_with_its_time_in_utc():
    one = record("hello")
    one.created, one.msecs = 0.5, 500.0

    line = NeutralFormatter("%(asctime)s %(message)s").format(one)

    assert line == "1970-01-01T00:00:00.500Z hello"
