"""The folders of the private services are their owner's alone."""

import os
import signal
import stat
import subprocess

import pytest

from cases.reads import database_log
from protectu import cluster, supervise
from tests.protectu.conftest import sentence_of
from tests.stack import wait_for


def test_a_folder_of_somebody_else_is_refused(portal, monkeypatch, capsys):
    theirs = portal.VAR / "theirs"
    theirs.mkdir()
    me = theirs.stat().st_uid
    monkeypatch.setattr(cluster.os, "geteuid", lambda: me + 1)

    code, said = sentence_of(lambda: cluster.private_folder(theirs, me + 1), capsys)

    assert code == 5
    assert said == f"portal: {theirs} is user {me}'s: remove it, or start as that user\n"


def test_a_link_is_not_taken_for_a_folder(portal, capsys):
    (portal.VAR / "link").symlink_to(cluster.TREE)

    code, _ = sentence_of(lambda: cluster.private_folder(portal.VAR / "link", os.geteuid()), capsys)

    assert code == 5


def test_a_folder_that_was_open_is_closed(portal):
    folder = portal.VAR / "open"
    folder.mkdir(mode=0o755)

    cluster.private_folder(folder, os.geteuid())

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_postgresql_of_our_own_is_as_quiet_as_preflight_wants_it():
    assert cluster.QUIET == database_log.QUIET
    assert all(f"-c {name}={value}" in cluster.POSTGRES for name, value in cluster.QUIET.items())


class Hurried(cluster.Server):
    LOOKS_SECONDS = HUNG_SECONDS = 0


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Sleeps and answers nothing; `started` says which processes were begun."""
    monkeypatch.setattr(cluster, "say", lambda line: None)
    pid_file, started = tmp_path / "redis.pid", []

    def hear_all():
        """As PostgreSQL does. What a shell runs behind it (&) would ignore these two."""
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    def start():
        command = ["sh", "-c", f"echo $$ > {pid_file}; exec sleep 600"]
        started.append(subprocess.Popen(command, cwd=tmp_path, preexec_fn=hear_all))
        wait_for(lambda: supervise.living(pid_file) == started[-1].pid, what="it to run")

    one = Hurried(pid_file, lambda: False, start)
    one.started = started
    yield one
    for process in started:
        process.kill()
        process.wait()


def test_a_server_that_died_is_started_again_later_each_time(server):
    server.tend()
    server.started[0].kill()
    server.started[0].wait()

    server.tend()

    assert len(server.started) == 1  # not at once
    server.due_at = 0
    server.tend()
    assert len(server.started) == 2
    assert server.pause == 4


def test_a_server_that_hangs_is_ended_and_started_again(server):
    server.tend()
    os.kill(server.started[0].pid, signal.SIGSTOP)

    server.tend()

    assert server.started[0].wait() == -signal.SIGQUIT


def test_a_server_that_bears_the_first_means_meets_the_last(server):
    server.tend()
    server.last_means = [signal.SIGCONT, signal.SIGKILL]

    server.tend()
    server.tend()

    assert server.started[0].wait() == -signal.SIGKILL


def test_a_server_that_answers_is_left_alone(server):
    server.tend()
    server.is_there = lambda: True

    server.tend()

    assert server.started[0].poll() is None


def test_a_server_that_cannot_be_started_is_tried_again(server, monkeypatch):
    said = []
    monkeypatch.setattr(cluster, "say", said.append)

    def start():
        raise OSError(28, "No space left on device")

    server.start = start
    server.tend()

    assert said[-1].endswith("could not be started: No space left on device")
    assert server.due_at > 0
