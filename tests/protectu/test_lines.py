"""Whoever writes a line goes on, whatever becomes of the line."""

import os
import re
import threading

from protectu.lines import Lines

SOON = 60  # seconds


def test_lines_are_written_in_order():
    reader, writer = os.pipe()
    lines = Lines(writer)

    for number in range(3):
        lines.put(f"{number}")
    lines.flush(SOON)

    assert os.read(reader, 99) == b"0\n1\n2\n"


def test_a_full_disk_loses_lines_says_how_many_and_stops_nobody():
    reader, writer = os.pipe()
    full = os.open("/dev/full", os.O_WRONLY)
    lines = Lines(full)
    for _ in range(5):
        lines.put("lost")
    lines.flush(SOON)

    lines.descriptor = writer
    lines.put("kept")
    lines.flush(SOON)

    os.close(full)
    assert os.read(reader, 99) == b"5 lines were lost: they could not be written\nkept\n"


def test_a_pipe_that_was_closed_stops_nobody():
    reader, writer = os.pipe()
    os.close(reader)
    lines = Lines(writer)

    lines.put("lost")
    lines.flush(SOON)

    assert lines.lost == 1
    assert lines.writer.is_alive()


def test_a_reader_that_stopped_reading_holds_nobody_up():
    reader, writer = os.pipe()
    lines = Lines(writer, most=10)
    line = "x" * 200_000  # more than a pipe holds

    said = threading.Thread(target=lambda: [lines.put(line) for _ in range(100)], daemon=True)
    said.start()
    said.join(SOON)

    assert not said.is_alive()
    text = b""
    while lines.waiting.unfinished_tasks:
        text += os.read(reader, 1_000_000)
    lines.put("the end")
    while not text.endswith(b"the end\n"):
        text += os.read(reader, 1_000_000)
    lost = [int(number) for number in re.findall(rb"(\d+) lines were lost", text)]
    assert sum(lost) >= 80
    assert text.count(b"x") == (100 - sum(lost)) * len(line)
