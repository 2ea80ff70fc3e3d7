"""A stack whose PostgreSQL nobody else uses, so that it too may be killed and frozen."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protectu import supervise
from protectu.cluster import Services
from tests.databases import Databases
from tests.stack import Stack, wait_for


class Cluster:
    """As ./portal makes it, in a folder that the user `postgres` can reach; fsync is on."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="protectu-"))
        self.folder.chmod(0o711)
        self.services = Services(tree=self.folder, var=self.folder)
        self.owner_url = f"postgres://portal_owner@/{self.services.run}/portal"

    def make(self) -> None:
        """With roles and the template of the demo. What an earlier one made is copied. It is stopped afterwards."""
        databases, data = Databases(self.owner_url), self.services.data
        kept = Path(os.environ["VAR_DIR"]) / f"{data.name}-for-faults"
        with (kept.parent / "cluster-for-faults.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if kept.exists():
                _copy(kept, data)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)  # what ./portal begins outlives its Popen
                self.services.start_postgres()
            before = databases.names()
            databases.with_demo()
            is_new = databases.names() != before
            supervise.end_server(self.services.pid_file)
            if is_new:
                shutil.rmtree(kept, ignore_errors=True)
                _copy(data, kept)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _copy(data: Path, to: Path) -> None:
    """Copy a data directory with its owner and modes. It gets its name when the copy is complete."""
    new = to.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    subprocess.run(["cp", "-a", data, new], check=True)
    new.rename(to)


@dataclass
class StackAlone(Stack):
    """Stack, with `postgres` among its processes."""

    cluster: Cluster = field(default_factory=Cluster)

    def __post_init__(self) -> None:
        self.owner = self.cluster.owner_url
        super().__post_init__()

    def commands(self) -> dict[str, list[str]]:
        return {"postgres": [str(part) for part in self.cluster.services.postgres()], **super().commands()}

    def begin(self, name: str) -> None:
        if name != "postgres":
            super().begin(name)
            return
        with (self.folder / "postgres.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands()[name], stdout=log, stderr=log, start_new_session=True, **self.cluster.services.how
            )

    def send(self, name: str, what: signal.Signals) -> None:
        """PostgreSQL's children are in sessions of their own. The first is held while they are counted."""
        if name != "postgres":
            super().send(name, what)
            return
        first = self.processes[name].pid
        with suppress(ProcessLookupError):
            os.kill(first, signal.SIGSTOP)
            for pid in [first, *_children_of(first)]:
                with suppress(ProcessLookupError):
                    os.kill(pid, what)

    def start(self) -> None:
        self.cluster.make()
        self.begin("postgres")
        wait_for(lambda: self.connects_to("portal"), what="PostgreSQL to answer")
        super().start()

    def connects_to(self, database: str) -> bool:
        with suppress(Exception), self.connect(database):
            return True
        return False

    def stop(self) -> None:
        for name in self.processes:
            self.kill(name)
        self.smtp.stop()
        self.cluster.remove()


def _children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields: list[Any] = stat.read_text().rpartition(") ")[2].split()
            if int(fields[1]) == pid:
                found.append(int(stat.parent.name))
    return found
