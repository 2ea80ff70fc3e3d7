"""What makes the database in its container, run for real: nobody finds it ready before the roles are there."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.stack import ROOT, free_port, wait_for

pytestmark = pytest.mark.fault

OF_BOOTSTRAP, OF_OWNER, OF_APP = "secret-of-bootstrap", "secret-of-owner", "secret-of-app"


class Container:
    """Its folder and its processes, without an engine around them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="protectu-"))
        self.scripts = Path(shutil.copytree(ROOT / "ops" / "postgres", self.folder / "scripts"))
        (self.folder / "data").mkdir()
        self.cluster, self.port = self.folder / "data" / "17", free_port()
        self.how: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            self.how |= {"user": "postgres", "group": "postgres", "extra_groups": []}
            subprocess.run(["chown", "-R", "postgres:postgres", self.folder], check=True)
        self.process: subprocess.Popen[bytes] | None = None
        self.hold_the_roles_back()

    def hold_the_roles_back(self) -> None:
        """Until there is a file `go`."""
        (self.scripts / "roles.sh").rename(self.scripts / "roles-later.sh")
        waits = f"until [ -e {self.folder}/go ]; do sleep 0.05; done; exec {self.scripts}/roles-later.sh"
        (self.scripts / "roles.sh").write_text(f"#!/bin/bash\n{waits}\n")
        (self.scripts / "roles.sh").chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
            "PGDATA": str(self.cluster),
            "PGPORT": str(self.port),
            "POSTGRES_USER": "bootstrap",
            "POSTGRES_PASSWORD": OF_BOOTSTRAP,
            "PORTAL_OWNER_PASSWORD": OF_OWNER,
            "PORTAL_APP_PASSWORD": OF_APP,
        }

    def start(self) -> None:
        options = ["-c", f"unix_socket_directories={self.folder}", "-c", "fsync=off"]
        command = [str(self.scripts / "start"), "postgres", *options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True, **self.how
            )

    def is_ready(self) -> bool:
        asked = subprocess.run([self.scripts / "ready"], env=self.environment, capture_output=True, **self.how)
        return asked.returncode == 0

    def connect(self, role: str, password: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(host="127.0.0.1", port=self.port, dbname="portal", user=role, password=password)

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()

    def kill(self) -> None:
        """As an engine does it: everything in it at once. What pg_ctl starts is in a session of its own."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for pid_file in (self.folder / "data").glob("*/postmaster.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def container() -> Iterator[Container]:
    container = Container()
    yield container
    container.remove()


@pytest.fixture
def running(container) -> Container:
    """With roles. Each test may be the first one of its process."""
    if not container.is_ready():
        (container.folder / "go").touch()
        container.start()
        wait_for(container.is_ready, what=f"the database; see {container.folder / 'log'}")
    return container


@pytest.fixture
def new() -> Iterator[Container]:
    container = Container()
    yield container
    container.remove()


def test_it_is_ready_when_the_roles_are_there_and_never_before(new):
    container = new
    container.start()
    wait_for((container.folder / "data" / "17.new" / "postmaster.pid").exists, what="the cluster without roles")
    assert not container.is_ready()
    container.kill()  # cut short: the next start begins anew

    container.start()
    wait_for((container.folder / "data" / "17.new" / "postmaster.pid").exists, what="the cluster, made anew")
    assert [container.is_ready(), container.cluster.exists()] == [False, False]
    (container.folder / "go").touch()

    wait_for(container.is_ready, what=f"the database; see {container.folder / 'log'}")
    with container.connect("portal_app", OF_APP) as app:
        assert app.execute("SELECT postgis_version() <> ''").fetchone() == (True,)
        assert app.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_nobody_comes_in_without_the_password(running):
    for role, wrong in (("portal_app", OF_OWNER), ("portal_owner", ""), ("bootstrap", OF_APP)):
        with pytest.raises(psycopg.OperationalError):
            running.connect(role, wrong)


def test_the_server_itself_knows_no_password(running):
    environment = Path(f"/proc/{running.process.pid}/environ").read_bytes()

    assert b"PGDATA=" in environment
    assert b"secret-of" not in environment


def test_another_start_finds_what_the_first_one_made(running):
    container = running
    with container.connect("portal_owner", OF_OWNER) as owner:
        owner.execute("CREATE TABLE kept (word text)")
    container.stop()
    assert not container.is_ready()

    container.start()

    wait_for(container.is_ready, what=f"the database; see {container.folder / 'log'}")
    with container.connect("portal_owner", OF_OWNER) as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (0,)
