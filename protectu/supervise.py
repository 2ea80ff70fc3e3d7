"""Processes: a step, a child that is waited for, a server, and the five of ./portal run that are kept alive.

`portal` imports this file before there is a .venv, so it uses the standard library alone. Run as a program, with the
environment that `portal` prepared, it keeps the five alive until it is told to stop.
"""

# ruff: noqa: S603 - the commands are the project's own

from __future__ import annotations

import contextlib
import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from protectu.lines import Lines

TREE = Path(__file__).resolve().parent.parent
GUARD = ["setpriv", "--pdeathsig", "KILL", "--"]  # the kernel kills a child whose parent died
CELERY = "-W ignore:::celery.platforms -m celery -q -A protectu"  # no warning about root
PROCESSES = {
    "web": "-m uvicorn protectu.asgi:application --host 127.0.0.1 --port {PORT} --no-access-log --log-level warning"
    " --no-proxy-headers --timeout-graceful-shutdown 3",
    "worker": f"{CELERY} worker -P threads -c 12 --without-gossip --without-mingle -l warning",
    "beat": f"{CELERY} beat --pidfile= -l warning",
    "watch": "manage.py watch",
    "catcher": "-m protectu.catcher",
}
PATIENCE = 10  # seconds that the five have to end, all together
LAST_WORDS = 0.5  # seconds for what each of them has said and nobody has read yet
HUNG_SECONDS = 30  # without a sign of life, after which one of the five is killed and started again
BEGINNING_SECONDS = 120  # until its first sign of life
FILES = 65536  # open files and connections that a process may have, where the machine allows so many

STARTED: list[subprocess.Popen[Any]] = []
STOPS: list[int] = []


def say(line: str) -> None:
    with contextlib.suppress(OSError):  # a full disk or a closed pipe is no reason to end
        sys.stdout.write(f"{line}\n")  # one write, so that lines of several processes do not mix
        sys.stdout.flush()


def die(message: str, code: int = 1) -> NoReturn:
    sys.stderr.write(f"portal: {message}\n")
    raise SystemExit(code)


# ---- A step that ends by itself -------------------------------------------------------------------------------


def step(label: str, command: list[Any], may_fail: bool = False, **options: Any) -> int:
    """Run a command that ends by itself. Show its seconds, and its output only when it failed."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as kept:
        options = {"cwd": TREE, "stdin": subprocess.DEVNULL, "stdout": kept, "stderr": kept, **options}
        process = subprocess.Popen([str(part) for part in command], **options)
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=1)
                show_seconds(label, round(time.monotonic() - started))
        except BaseException:  # we are being stopped: the command must not outlive us
            say(f"\n{label} is cut short")
            process.terminate()
            process.wait()
            raise
        say(f"{label:<36} {time.monotonic() - started:6.1f} s {'FAILED' if process.returncode else 'ok'}")
        kept.seek(0)
        if process.returncode:
            say(kept.read().decode(errors="replace"))
    if process.returncode and not may_fail:
        die(f"{label} failed; its own words stand above")
    return process.returncode


def show_seconds(label: str, seconds: int) -> None:
    line = f"{label:<36} {seconds:4} s ..."
    if sys.stdout.isatty():
        sys.stdout.write(f"{line}\r")
        sys.stdout.flush()
    elif seconds % 20 == 19:
        say(line)


# ---- Being stopped, and ending what runs ----------------------------------------------------------------------


def stop_on_signals(mercy: float = 0) -> None:
    """End everything in order at the first signal, and at once at the second; servers then stay for the next start.

    `mercy` is how many seconds a child has to end its own children at the second signal.
    """

    def stop(signum: int, _: Any) -> NoReturn:
        if STOPS:
            end(STARTED, signum, mercy)
            os._exit(128 + signum)
        STOPS.append(signum)
        raise SystemExit(128 + signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, stop)


def spawn(command: list[str], **options: Any) -> subprocess.Popen[Any]:
    """Start a child in a session of its own: Ctrl-C in the terminal reaches us alone, and we end things in order.

    Linux shares the processors among sessions: five in one session would start three times slower on a busy machine.
    """
    process = subprocess.Popen(command, cwd=TREE, start_new_session=True, **options)
    STARTED.append(process)
    return process


def end(processes: list[subprocess.Popen[Any]], signum: int, patience: float) -> None:
    """Signal all processes at once, and kill those that still run after `patience` seconds."""
    deadline = time.monotonic() + patience
    for process in processes:
        process.send_signal(signum)
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and whatever it started


def attend(
    command: list[str], env: dict[str, str], signum: int, patience: float, tend: Callable[[], None] | None = None
) -> int:
    """Run the command to its end, and call `tend` each second meanwhile."""
    process = spawn(command, env=env)
    try:
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1 if tend else None)
            if tend:
                tend()
    finally:
        end([process], signum, patience)
    code: int = process.returncode
    return code if code >= 0 else 128 - code


def allow_many_files() -> None:
    """Raise the number of open files for us and our children: each phone that is connected takes one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = most == resource.RLIM_INFINITY or most >= FILES
    for limits in [(FILES, most if enough else FILES), (most, most)]:  # only root may have more than `most`
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            return


# ---- Servers, which outlive a portal that is killed ------------------------------------------------------------


def living(pid_file: Path) -> int:
    """Return the pid of the server, or 0 when it is dead: a reused pid does not work in its folder."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text().split()[0])
        return pid if Path(f"/proc/{pid}/cwd").samefile(pid_file.parent) else 0
    return 0


def begin_server(pid_file: Path, command: list[Any], answers: Callable[[], bool], log: Path, **options: Any) -> None:
    """Start a server and return when it answers. The folder of its pid file gives it its name."""
    end_server(pid_file)  # it may still run although its socket was deleted
    pid_file.unlink(missing_ok=True)
    started = time.monotonic()
    with log.open("ab") as output:
        options = {**options, "stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        process = subprocess.Popen(command, start_new_session=True, **options)
    while not answers():
        if process.poll() is not None:
            die(f"{command[0]} does not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)
    say(f"{pid_file.parent.name:<36} {time.monotonic() - started:6.1f} s ok")


def end_server(pid_file: Path) -> None:
    """End the server, whether this portal or an earlier one started it."""
    pid = living(pid_file)
    if pid:
        os.kill(pid, signal.SIGCONT)  # a frozen process would not see the next signal
        os.kill(pid, signal.SIGINT)
        while living(pid_file):
            time.sleep(0.05)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


# ---- The five that are kept alive -----------------------------------------------------------------------------


class Signs:
    """Signs of life, as a process sends them to systemd (sd_notify): here to a socket that has no file."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind("")  # the kernel chooses a name
        self.address = f"@{self.socket.getsockname()[1:].decode()}"

    def have_come(self) -> bool:
        found = False
        with contextlib.suppress(BlockingIOError):
            while self.socket.recv(4096):
                found = True
        return found


class Child:
    """One of the five. It is started again when it died, later each time that it died young.

    One that hangs is killed: without a sign of life for HUNG_SECONDS, or without the first in BEGINNING_SECONDS.
    """

    def __init__(self, name: str, command: str) -> None:
        self.name = name
        self.command = [*GUARD, sys.executable, *command.split()]
        self.process: subprocess.Popen[Any] | None = None
        self.started_at = self.due_at = self.killed_after = 0.0
        self.pause = 0.5  # seconds; doubled before it is used
        self.reader: threading.Thread | None = None
        self.signs = Signs()

    def tend(self) -> None:
        now = time.monotonic()
        if self.signs.have_come():
            self.killed_after = now + HUNG_SECONDS
        if self.process is None and now >= self.due_at:
            self.started_at, self.killed_after = now, now + BEGINNING_SECONDS
            self.start()
        elif self.process is not None and self.process.poll() is not None:
            self.pause = 1 if now - self.started_at > 60 else min(2 * self.pause, 30)
            self.due_at = now + self.pause
            tell(f"{self.name} ended with {self.process.returncode}; it starts again in {self.pause:.0f} s")
            STARTED.remove(self.process)
            self.process = None
        elif self.process is not None and now > self.killed_after:
            tell(f"{self.name} gives no sign of life; it is killed")
            end([self.process], signal.SIGKILL, PATIENCE)

    def start(self) -> None:
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        env = {**os.environ, "NOTIFY_SOCKET": self.signs.address}
        self.process = spawn(self.command, text=True, errors="replace", env=env, **output)
        self.reader = threading.Thread(target=self.repeat, args=[self.process.stdout], daemon=True)
        self.reader.start()

    def repeat(self, lines: Iterable[str]) -> None:
        for line in filter(str.strip, lines):
            tell(f"{self.name:<8}| {line.rstrip()}")


LINES = Lines(1)  # standard output
tell = LINES.put


def is_up(port: str) -> bool:
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
        connection.request("GET", "/th/")
        # Outside the demo http is redirected to https, which a proxy in front of us speaks.
        return connection.getresponse().status in {200, 301}
    return False


def announce() -> None:
    logins = TREE / "agencies" / "data" / "demo_logins.txt"
    tell(f"\nThe portal      {os.environ['PUBLIC_URL']}/")
    tell(f"Mail it sent    http://127.0.0.1:{os.environ['CATCHER_WEB_PORT']}/\n")
    if os.environ.get("IS_DEMO") == "1" and logins.exists():
        tell(logins.read_text(encoding="utf-8"))
    tell("Ctrl-C stops it.")


SOURCES = ("**/*.py", "**/*.html", "**/*.txt", "**/*.mo")


class Sources:
    """The files that the processes read when they start: code, templates, compiled texts."""

    def __init__(self) -> None:
        self.newest, self.looked_at = self._newest(), time.monotonic()

    def _newest(self) -> float:
        rooms = [path for path in TREE.iterdir() if path.is_dir() and not path.name.startswith(".")]  # not .venv
        found = [path for room in rooms for pattern in SOURCES for path in room.glob(pattern) if path.is_file()]
        return max(path.stat().st_mtime for path in found)

    def have_changed(self) -> bool:
        """Say whether a file has changed since the last look. Looks at most once a second."""
        if time.monotonic() - self.looked_at < 1:
            return False
        before, self.newest, self.looked_at = self.newest, self._newest(), time.monotonic()
        return self.newest > before


def start_again(children: list[Child]) -> None:
    running = [child.process for child in children if child.process]
    end(running, signal.SIGTERM, PATIENCE)
    for child in children:
        child.process, child.due_at = None, 0
    STARTED[:] = [process for process in STARTED if process not in running]


def keep_alive(children: list[Child]) -> NoReturn:
    announced, sources = False, Sources() if os.environ.get("RELOAD") else None
    while True:
        if sources and sources.have_changed():
            tell("a file has changed: all start again")
            start_again(children)
        for child in children:
            child.tend()
        if not announced and is_up(os.environ["PORT"]):
            announced = True
            announce()
        time.sleep(0.1)


def main() -> NoReturn:
    stop_on_signals()
    allow_many_files()
    children = [Child(name, command.format(**os.environ)) for name, command in PROCESSES.items()]
    try:
        keep_alive(children)
    finally:
        end(STARTED, signal.SIGTERM, PATIENCE)
        for child in children:
            if child.reader:
                child.reader.join(timeout=LAST_WORDS)
        LINES.flush(LAST_WORDS)


if __name__ == "__main__":
    main()
