"""What keeps the processes of ./portal run alive, over real processes that are small."""

import itertools
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from protectu import supervise
from tests.stack import wait_for

TREE = Path(supervise.__file__).parent.parent
PROGRAM = """
import os, signal, sys
sys.path.append({tree!r})
from protectu import supervise
supervise.PATIENCE, supervise.LAST_WORDS, supervise.is_up = {patience}, 600, lambda port: True
supervise.HUNG_SECONDS, supervise.BEGINNING_SECONDS = {hung}
supervise.PROCESSES = {{"web": {web!r}, "worker": {worker!r}}}
os.environ.update(PORT="8000", PUBLIC_URL="http://127.0.0.1:8000", CATCHER_WEB_PORT="8002")
{start}
"""
POLITE = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("goodbye", flush=True)))
print("hello", flush=True)
time.sleep(120)
"""
PARENT = """
import subprocess
started = subprocess.Popen(["sleep", "120"])
print("its", started.pid, flush=True)
"""
STUBBORN = f"""
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
{PARENT}
import time
time.sleep(120)
"""

# As ./portal run does it: a process that waits for the one that keeps the others alive.
ATTEND = """
if sys.argv[1:]:
    supervise.main()
supervise.stop_on_signals(mercy=600)
command = [*supervise.GUARD, sys.executable, __file__, "inner"]
sys.exit(supervise.attend(command, dict(os.environ), signal.SIGTERM, patience=600))
"""
SOON = 60  # seconds; nothing here ends by itself that soon


@pytest.fixture
def begin(tmp_path):
    """Starts the program, with a polite web and a worker that hears nothing, or is another."""
    begun = []

    def start(line, *, web=POLITE, worker=STUBBORN, patience=600, hung=(600, 600), **options):
        sources = {"web": web, "worker": worker}
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(source)
        commands = {name: f"{tmp_path}/{name}.py" for name in sources}
        program = PROGRAM.format(tree=str(TREE), start=line, patience=patience, hung=hung, **commands)
        (tmp_path / "program.py").write_text(program)
        command = [sys.executable, tmp_path / "program.py"]
        options = {"stdout": subprocess.PIPE, **options}
        process = subprocess.Popen(command, text=True, start_new_session=True, **options)
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def read_until(process, *wanted):
    said = ""
    while not all(re.search(pattern, said) for pattern in wanted):
        line = process.stdout.readline()
        assert line, f"it ended, having said: {said}"
        said += line
    return said


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def all_are_gone(pids: list[int]) -> bool:
    until = time.monotonic() + SOON
    while any(map(is_alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(is_alive, pids))


def test_the_address_is_printed_and_every_line_says_whose_it_is(begin):
    said = read_until(begin("supervise.main()"), "web     [|] hello\n", "worker  [|] its", "Ctrl-C stops it")

    assert "\nThe portal      http://127.0.0.1:8000/\nMail it sent    http://127.0.0.1:8002/\n" in said


def test_a_process_that_was_killed_comes_back(begin):
    program = begin("supervise.main()")
    read_until(program, "hello", "its")
    first = children_of(program.pid)

    os.kill(first[0], signal.SIGKILL)

    read_until(program, "web ended with -9; it starts again in 1 s\n", "web     [|] hello")
    assert first[0] not in children_of(program.pid)
    assert first[1] in children_of(program.pid)


ALIVE = """
import os, socket, sys, threading, time
def sign():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(b"WATCHDOG=1", os.environ["NOTIFY_SOCKET"].replace("@", chr(0), 1))
print("hello", flush=True)
while True:
    sign()
    time.sleep(0.05)
"""


def test_a_process_that_is_frozen_is_killed_and_started_again_and_the_others_are_not(begin):
    program = begin("supervise.main()", web=ALIVE, worker=ALIVE, hung=(3, 600))
    read_until(program, "web     [|] hello", "worker  [|] hello")
    web, worker = children_of(program.pid)

    os.kill(web, signal.SIGSTOP)

    read_until(program, "web gives no sign of life; it is killed\n", "web ended with -9", "web     [|] hello")
    assert web not in children_of(program.pid)
    assert worker in children_of(program.pid)


def test_a_process_that_never_gave_a_sign_of_life_is_killed_later(begin):
    program = begin("supervise.main()", web=ALIVE, worker=STUBBORN, hung=(600, 2))

    read_until(program, "worker gives no sign of life; it is killed\n", "worker ended with -9")


CHATTER = """
import time
print("hello", flush=True)
for number in range(100000):
    print("x" * 80, flush=True)
open({done!r}, "w").close()
time.sleep(120)
"""


@pytest.mark.parametrize("log", ["full", "closed", "not read"])
def test_whatever_becomes_of_the_log_the_processes_are_read_and_kept_alive(begin, tmp_path, log):
    done, (reader, writer) = tmp_path / "done", os.pipe()
    if log == "closed":
        os.close(reader)
    output = os.open("/dev/full", os.O_WRONLY) if log == "full" else writer

    program = begin("supervise.main()", web=CHATTER.format(done=str(done)), stdout=output)

    wait_for(done.exists, seconds=SOON, what="all to be read that the web said")
    first = children_of(program.pid)[0]
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(children_of(program.pid)) == 2 and first not in children_of(program.pid), what="another web")
    assert program.poll() is None


def test_each_process_may_have_as_many_files_as_the_machine_allows(begin):
    says = "import resource, time; print(*resource.getrlimit(resource.RLIMIT_NOFILE), flush=True); time.sleep(120)"
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)

    program = begin("supervise.main()", web=says, preexec_fn=few_files)

    said = read_until(program, r"web     [|] \d+ \d+\n")
    now = int(re.search(r"web     [|] (\d+) ", said)[1])
    allowed = {min(most, supervise.FILES), supervise.FILES} if os.geteuid() == 0 else {min(most, supervise.FILES)}
    assert now in allowed


def few_files():
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


@pytest.fixture
def web():
    child = supervise.Child("web", "-c pass")
    yield child
    child.signs.socket.close()


def test_a_process_that_lived_long_starts_again_soon(web):
    web.pause, web.started_at = 30, time.monotonic() - 61
    web.process = supervise.spawn(["false"])
    web.process.wait()

    web.tend()

    assert web.pause == 1
    assert supervise.STARTED == []


def test_when_it_is_stopped_all_end_and_their_last_words_are_heard(begin):
    program = begin("supervise.main()", worker=PARENT + POLITE)
    said = read_until(program, "web     [|] hello", "worker  [|] hello")
    below = [*children_of(program.pid), grandchild(said)]

    program.send_signal(signal.SIGTERM)

    read_until(program, "web     [|] goodbye\n", "worker  [|] goodbye\n")
    assert program.wait(SOON) == 143
    assert all_are_gone(below)


def test_one_that_does_not_end_in_time_is_killed_with_what_it_started(begin):
    program = begin("supervise.main()", patience=0.5)
    said = read_until(program, "hello", "its")
    below = [*children_of(program.pid), grandchild(said)]

    program.send_signal(signal.SIGTERM)

    assert program.wait(SOON) == 143
    assert all_are_gone(below)


def test_when_it_is_killed_hard_none_is_left(begin):
    program = begin("supervise.main()")
    read_until(program, "hello", "its")
    children = children_of(program.pid)

    program.kill()

    assert all_are_gone(children)


def grandchild(said):
    return int(re.search(r"its (\d+)", said)[1])


def test_the_first_ctrl_c_ends_everything_in_order(begin):
    program = begin(ATTEND, worker=PARENT + POLITE)
    said = read_until(program, "web     [|] hello", "worker  [|] hello")
    [inner] = children_of(program.pid)
    below = [inner, *children_of(inner), grandchild(said)]

    program.send_signal(signal.SIGINT)

    read_until(program, "web     [|] goodbye\n", "worker  [|] goodbye\n")
    assert program.wait(SOON) == 130
    assert all_are_gone(below)


def test_the_second_ctrl_c_does_not_wait(begin):
    program = begin(ATTEND)
    said = read_until(program, "hello", "its")
    [inner] = children_of(program.pid)
    below = [inner, *children_of(inner), grandchild(said)]

    program.send_signal(signal.SIGINT)
    read_until(program, "web     [|] goodbye\n")
    program.send_signal(signal.SIGINT)

    assert program.wait(SOON) == 130
    assert all_are_gone(below)


def test_when_the_one_that_waits_is_killed_hard_none_is_left(begin):
    program = begin(ATTEND)
    read_until(program, "hello", "its")
    [inner] = children_of(program.pid)
    below = [inner, *children_of(inner)]

    program.kill()

    assert all_are_gone(below)


def test_when_the_one_that_keeps_them_alive_is_killed_none_is_left(begin):
    program = begin(ATTEND)
    read_until(program, "hello", "its")
    [inner] = children_of(program.pid)
    below = children_of(inner)

    os.kill(inner, signal.SIGKILL)

    assert program.wait(SOON) == 137
    assert all_are_gone(below)


def test_a_server_that_does_not_start_shows_the_end_of_its_log(tmp_path, capsys):
    log = tmp_path / "redis.log"
    command = ["sh", "-c", "echo no memory; exit 1"]

    with pytest.raises(SystemExit):
        supervise.begin_server(tmp_path / "redis.pid", command, answers=lambda: False, log=log)

    assert capsys.readouterr().err == "portal: sh does not start:\nno memory\n\n"


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")  # as it is meant to be
def test_a_server_is_begun_and_ended_by_its_pid_file(tmp_path, capsys):
    pid_file = tmp_path / "redis.pid"
    command = ["sh", "-c", f"echo $$ > {pid_file}; exec sleep 60"]

    supervise.begin_server(
        pid_file, command, answers=lambda: supervise.living(pid_file) != 0, log=tmp_path / "log", cwd=tmp_path
    )
    pid = supervise.living(pid_file)
    os.kill(pid, signal.SIGSTOP)
    supervise.end_server(pid_file)

    assert pid
    assert supervise.living(pid_file) == 0
    assert capsys.readouterr().out.endswith(" s ok\n")


def test_a_number_that_is_somebody_elses_by_now_is_no_server(tmp_path):
    pid_file = tmp_path / "redis.pid"
    with subprocess.Popen(["sleep", "60"], cwd="/") as stranger:
        pid_file.write_text(f"{stranger.pid}\n")
        strangers = supervise.living(pid_file)
        stranger.kill()
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path) as server:
        pid_file.write_text(f"{server.pid}\n/some/where\n")
        servers = supervise.living(pid_file)
        server.kill()

    assert (strangers, servers) == (0, server.pid)


@pytest.mark.parametrize("content", ["", "no number\n", "999999999\n"])
def test_a_pid_file_of_no_use_names_no_server(tmp_path, content):
    (tmp_path / "redis.pid").write_text(content)

    assert supervise.living(tmp_path / "redis.pid") == 0


def test_a_step_that_fails_shows_its_own_words(capfd):
    with pytest.raises(SystemExit):
        supervise.step("migrate", ["sh", "-c", "echo no such table; exit 3"])

    said = capfd.readouterr()
    assert "FAILED\nno such table" in said.out
    assert said.err == "portal: migrate failed; its own words stand above\n"


def test_a_step_that_passes_is_one_line(capfd):
    supervise.step("migrate", ["echo", "Applying contenttypes.0001_initial..."])

    assert re.fullmatch(r"migrate +0\.\d s ok\n", capfd.readouterr().out)


@pytest.mark.parametrize(("command", "code"), [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137)])
def test_a_child_that_is_waited_for_gives_its_exit_code(command, code):
    assert supervise.attend(["sh", "-c", command], {}, signal.SIGTERM, patience=1) == code


def test_a_process_that_dies_young_starts_again_later_each_time(web, monkeypatch, capfd):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(supervise.time, "monotonic", lambda: clock.now)
    started = []

    def start():
        started.append(clock.now)
        web.process = SimpleNamespace(poll=lambda: 7, returncode=7)
        supervise.STARTED.append(web.process)

    monkeypatch.setattr(web, "start", start)
    for _ in range(1000):
        web.tend()
        clock.now += 0.1

    pauses = [round(later - earlier) for earlier, later in itertools.pairwise(started)]
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    supervise.LINES.flush(SOON)
    assert capfd.readouterr().out.startswith("web ended with 7; it starts again in 1 s\n")


@pytest.fixture
def sources(tmp_path, monkeypatch) -> supervise.Sources:
    """Those of a tree with one module, looked at without a pause."""
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "apps.py").touch()
    monkeypatch.setattr(supervise, "TREE", tmp_path)
    monkeypatch.setattr(supervise.time, "monotonic", itertools.count(step=2).__next__)
    return supervise.Sources()


def test_a_source_that_is_written_or_new_has_changed_once(sources, tmp_path):
    assert not sources.have_changed()

    os.utime(tmp_path / "cases" / "apps.py", (4e9, 4e9))
    assert sources.have_changed()
    assert not sources.have_changed()

    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "base.html").touch()
    os.utime(tmp_path / "templates" / "base.html", (4.1e9, 4.1e9))
    assert sources.have_changed()


def test_after_a_change_each_process_starts_again_at_once(web):
    started = []
    for again in (False, True):
        if again:
            supervise.start_again([web])
        web.tend()
        started.append(web.process)
        web.reader.join()
        web.process.stdout.close()

    first, second = started
    supervise.end([second], signal.SIGTERM, 5)
    supervise.STARTED.remove(second)
    assert first.poll() is not None
    assert first is not second
    assert first not in supervise.STARTED


def test_whoever_waits_for_a_process_looks_after_others_meanwhile():
    looked = []

    code = supervise.attend(["sleep", "2"], {}, signal.SIGTERM, patience=1, tend=lambda: looked.append(1))

    assert code == 0
    assert looked
