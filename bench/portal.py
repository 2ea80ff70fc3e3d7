"""A whole portal of the bench's own: a database made from the template, and real processes."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from urllib.request import urlopen

from environ import Env

from tests.stack import ROOT, Stack, wait_for


@dataclass
class Portal:
    stack: Stack

    @property
    def folder(self) -> Path:
        return self.stack.folder

    def begin(self, *names: str) -> None:
        for name in names:
            self.stack.begin(name)
        if "web" in names:
            wait_for(self._answers, seconds=60, what=f"the web to answer; see {self.folder}")

    def _answers(self) -> bool:
        with suppress(OSError), urlopen(f"{self.stack.url}/health/live/") as answer:
            return answer.status == 200
        return False

    def end(self) -> None:
        for name in self.stack.processes:
            self.stack.kill(name)
        self.stack.processes.clear()

    def libpq(self) -> list[str]:
        """How pgbench reaches the database as the role of the app."""
        found = Env.db_url_config(self.stack.app_url)
        return ["-U", found["USER"], "-h", unquote(found["HOST"]), self.stack.database]

    @contextmanager
    def mailbox(self) -> Iterator[Path]:
        """A real SMTP server in a process of its own; yields the file in which each message leaves a line."""
        taken = self.folder / "taken"
        taken.touch()
        command = [sys.executable, "-m", "bench.mailbox", str(self.stack.smtp_port), str(taken)]
        server = subprocess.Popen(command, cwd=ROOT)
        time.sleep(1)
        try:
            yield taken
        finally:
            server.terminate()
            server.wait()


@contextmanager
def portal(web_workers: int) -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        made = Portal(Stack(Path(folder), name="bench", web_workers=web_workers))
        made.stack.create_database()
        try:
            yield made
        finally:
            made.end()
            made.stack.drop_database()
