"""A process shows that it lives, to whoever listens, for as long as it says that it is well."""

import os
import socket
import threading
import time

import pytest

from agencies import process


@pytest.fixture
def listener(monkeypatch):
    """As systemd listens, and ./portal run."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("")
        line.settimeout(0.5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{line.getsockname()[1:].decode()}")
        yield line


@pytest.fixture
def quick(monkeypatch, settings):
    """What runs at the beginning of a real process stays out of the tests'."""
    monkeypatch.setattr(process, "AT_BEGIN", [])
    monkeypatch.setattr(process, "SIGN_SECONDS", 0.01)


@pytest.fixture
def ended():
    """The thread has no end in a process; here it has one."""
    over = []
    yield over
    over.append(True)


def until(over, is_well):
    def ask():
        if over:
            threading.Event().wait()  # a daemon: the process does not wait for it
        return is_well()

    return ask


def test_a_process_that_is_well_says_so_again_and_again(quick, listener, ended):
    process.begin("web", is_well=until(ended, lambda: True))

    assert [listener.recv(99) for _ in range(3)] == [b"READY=1\nWATCHDOG=1"] * 3


def test_a_process_that_is_not_well_says_nothing(quick, listener, ended):
    process.begin("web", is_well=until(ended, lambda: False))

    with pytest.raises(TimeoutError):
        listener.recv(99)


def test_when_nobody_can_say_whether_it_is_well_it_says_nothing_and_why(quick, listener, ended, caplog):
    process.begin("web", is_well=until(ended, lambda: 1 / 0 > 0))

    with pytest.raises(TimeoutError):
        listener.recv(99)
    assert "nobody can say whether this process is well" in caplog.text


def test_the_file_says_who_and_when_by_ticks_that_nobody_sets(settings, tmp_path):
    settings.PULSE_FILE = str(tmp_path / "pulse")
    before = time.monotonic()

    process.show_life()
    process.show_life()

    pid, ticks = (tmp_path / "pulse").read_text().split()
    assert int(pid) == os.getpid()
    assert before - 1 < float(ticks) < time.monotonic() + 1


@pytest.mark.parametrize("address", ["@nobody-listens-here", "/nonexistent/socket"])
def test_where_nobody_listens_nothing_happens(settings, monkeypatch, address):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    settings.PULSE_FILE = "/dev/full"

    process.show_life()


def test_what_is_to_be_done_at_the_beginning_is_done_with_the_name(quick, monkeypatch, settings):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    begun = []
    process.AT_BEGIN.append(begun.append)

    process.begin("beat")

    assert begun == ["beat"]


def test_a_loop_that_does_not_turn_is_found(monkeypatch):
    rounds = process.Rounds()
    assert rounds.seconds("listen") == 0

    rounds.turn("listen")
    monkeypatch.setattr(process.time, "monotonic", lambda: rounds.began["listen"] + 31)

    assert rounds.seconds("listen") == 31
