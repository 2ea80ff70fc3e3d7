"""The whole portal as real processes, and an SMTP server that keeps every message."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
from aiosmtpd.controller import Controller
from django.conf import settings
from environ import Env

from tests.databases import ROOT, Databases

Check = Callable[[], Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(check: Check, *, seconds: float = 60, what: str = "") -> Any:
    """The first true answer of `check`. Fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := check():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what or check}")


class Postbox:
    """An SMTP server's handler that accepts and keeps every message."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.keys = Counter[str]()  # how often each message came; the key stands in its Message-ID
        self.slowness = 0.0  # seconds before a message is kept
        self.judge: Callable[[str], Awaitable[str]] | None = None  # what a recipient is told, "" for yes

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.judge and (refusal := await self.judge(address)):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.slowness)  # who hangs up meanwhile has handed over nothing
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)
        self.keys[mail["Message-ID"].strip("<>").partition("@")[0]] += 1
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


@dataclass
class Stack:
    folder: Path
    name: str = "stack"
    web_workers: int = 1
    owner: str = field(default_factory=lambda: os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"]))
    more: dict[str, str] = field(default_factory=dict)  # settings of its own, over all others
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    postbox: Postbox = field(default_factory=Postbox)
    last_trouble: str = ""  # what /health/ said last

    def __post_init__(self) -> None:
        self.port, self.smtp_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.redis_socket = self.folder / "redis.sock"
        self.databases = Databases(self.owner)
        self.database = f"test_{os.getpid()}_{self.name}"  # several runs may go on at once
        self.owner_url = self.databases.url(self.database)
        role = Env.db_url_config(self.owner)["USER"]
        self.app_url = self.owner_url.replace(role, settings.DATABASE_APP_ROLE, 1)
        self.smtp = self.mail_server()

    def mail_server(self) -> Controller:
        """A new one on the same port: one that was stopped cannot start again."""
        return Controller(self.postbox, hostname="127.0.0.1", port=self.smtp_port)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.app_url,
            "REDIS_URL": f"redis+socket://{self.redis_socket}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "PUBLIC_URL": self.url,
            "IS_DEMO": "1",
            "VAR_DIR": str(self.folder),
            "PYTHONWARNINGS": "default",
            "MESSAGES_APART": "1000000",  # these tests count messages; test_gathering.py gathers them
            **self.more,
        }

    # ---- the database ---------------------------------------------------------------------------

    def connect(self, database: str | None = None) -> psycopg.Connection[Any]:
        return self.databases.connect(database or self.database)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: Any) -> Any:
        return self.rows(query, *values)[0][0]

    def create_database(self) -> None:
        """With the areas and the demo."""
        self.databases.copy(self.databases.with_demo(), self.database)

    def drop_database(self) -> None:
        wait_for(self._dropped, what=f"{self.database} to be left by everybody")

    def _dropped(self) -> bool:
        """False while the base's own vacuum is in it, which is not ours to end."""
        with suppress(psycopg.errors.InsufficientPrivilege):
            self.databases.drop(self.database)
            return True
        return False

    def manage(self, *command: str, **environment: str) -> None:
        settings = {**self.environment, **environment}
        done = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=settings, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()

    # ---- the processes --------------------------------------------------------------------------

    def commands(self) -> dict[str, list[str]]:
        python = sys.executable
        celery = [python, "-m", "celery", "-A", "protectu"]
        redis = ["redis-server", "--port", "0", "--unixsocket", str(self.redis_socket), "--dir", str(self.folder)]
        web = [python, "-m", "uvicorn", "protectu.asgi:application", "--host", "127.0.0.1", "--port", str(self.port)]
        return {
            "redis": [*redis, "--appendonly", "yes", "--save", ""],
            "web": [*web, "--no-access-log", "--timeout-graceful-shutdown", "1", "--workers", str(self.web_workers)],
            "worker": [*celery, "worker", "-P", "threads", "-c", "12", "--without-gossip", "--without-mingle"],
            "beat": [*celery, "beat", "--pidfile="],
            "watch": [python, "manage.py", "watch"],
        }

    def begin(self, name: str) -> None:
        environment = {**self.environment, "PULSE_FILE": str(self.pulse_file(name))}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands()[name], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def pulse_file(self, name: str) -> Path:
        return self.folder / f"{name}.pulse"

    def send(self, name: str, what: signal.Signals) -> None:
        """To the process and to those that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, what)

    def kill(self, name: str) -> None:
        """As a crash does it: no goodbye."""
        self.send(name, signal.SIGKILL)
        self.processes[name].wait()

    @contextmanager
    def dead(self, name: str) -> Iterator[None]:
        """`name` was killed, and comes back afterwards."""
        self.kill(name)
        try:
            yield
        finally:
            self.begin(name)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """`name` is there and answers nothing."""
        self.send(name, signal.SIGSTOP)
        try:
            yield
        finally:
            self.send(name, signal.SIGCONT)

    def start(self) -> None:
        self.create_database()
        self.smtp.start()
        for name in self.commands().keys() - self.processes.keys():
            self.begin(name)
        wait_for(self.is_well, seconds=60, what=f"the stack to be well; see {self.folder}")

    def is_well(self) -> bool:
        """Ask /health/. When it is not, what is wrong stands in the output of the test, each time that it changes."""
        said = "no answer"
        try:
            with urlopen(f"{self.url}/health/") as answer:
                return answer.status == 200
        except HTTPError as answer:
            with answer:
                said = str(json.loads(answer.read())["problems"])
        except OSError:
            pass
        if said != self.last_trouble:
            self.last_trouble = said
            sys.stdout.write(f"/health/: {said}\n")
        return False

    def stop(self) -> None:
        for name in self.processes:
            self.kill(name)
        self.smtp.stop()
        self.drop_database()
