"""A PostgreSQL of a test's own, with its write-ahead log archived, that may be lost."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from protectu.cluster import BOOTSTRAP_SQL, INITDB
from tests.databases import ROOT
from tests.stack import wait_for


class Cluster:
    """The cluster, its backups, and the key that reads them, each in a folder of its own."""

    def __init__(self) -> None:
        self.bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.how: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            self.how |= {"user": "postgres", "group": "postgres", "extra_groups": []}
        self.folder = Path(tempfile.mkdtemp(prefix="protectu-"))
        self.data, self.backups, self.vault = (self.folder / name for name in ("data", "backups", "vault"))
        for path in (self.folder, self.backups, self.vault):
            path.mkdir(exist_ok=True)
            self.own(path)
        # Where the user postgres can reach them, wherever the tree lies.
        self.scripts = Path(shutil.copytree(ROOT / "ops" / "backup", self.folder / "scripts"))
        self.key = self.vault / "key.txt"
        self.run(["age-keygen", "-o", str(self.key)])
        recipient = self.run(["age-keygen", "-y", str(self.key)]).stdout.strip()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
            "BACKUP_CONFIG": "/nonexistent",
            "BACKUP_DIR": str(self.backups),
            "BACKUP_RECIPIENT": recipient,
            "PG_BIN": str(self.bin),
            "PGHOST": str(self.folder),
            "PGUSER": "bootstrap",
            "DATABASE_URL": f"postgres://portal_app@/{self.folder}/portal",
            "FIELD_KEYS": Fernet.generate_key().decode(),
            "INDEX_KEY": secrets.token_urlsafe(32),
            "ERASURE_LEDGER": str(self.vault / "ledger"),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def own(self, path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, "postgres", "postgres")

    def run(self, command: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(command, check=True, capture_output=True, text=True, **{**self.how, **more})
        except subprocess.CalledProcessError as error:
            sys.stdout.write(f"{error.stdout}{error.stderr}")  # the test that fails shows it
            raise

    def make(self) -> None:
        initdb = [str(self.bin / "initdb"), "-D", str(self.data), "--no-sync", *INITDB.split()]
        self.run(initdb, env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.start()
        psql = [str(self.bin / "psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", "postgres"]
        self.run(psql, input=BOOTSTRAP_SQL, env=self.environment)
        owner = self.environment["DATABASE_URL"].replace("portal_app", "portal_owner")
        self.manage("migrate", "-v0", DATABASE_URL=owner)

    def start(self) -> None:
        options = {
            "unix_socket_directories": self.folder,
            "listen_addresses": "",
            "archive_mode": "on",
            "archive_command": f"{self.scripts}/archive-wal %p %f",
            "log_error_verbosity": "terse",
            # With a busy machine's defaults a test would wait for disks.
            "fsync": "off",
        }
        if not os.access("/dev/shm", os.W_OK):
            options["dynamic_shared_memory_type"] = "mmap"
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            command = [str(self.bin / "postgres"), "-D", str(self.data), *settings]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, **self.how)
        wait_for(self.is_up, what=f"PostgreSQL; see {self.folder}/log")

    def is_up(self) -> bool:
        with suppress(psycopg.Error):
            return self.value("SELECT NOT pg_is_in_recovery()", database="postgres")
        return False

    def value(self, query: str, *, database: str = "portal") -> Any:
        where: dict[str, Any] = {
            "host": str(self.folder),
            "user": "bootstrap",
            "dbname": database,
            "autocommit": True,
        }
        with psycopg.connect(**where) as connection:
            return connection.execute(query).fetchone()[0]  # type: ignore[index]

    def manage(self, *command: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        return self.manage("shell", "-v0", "-c", code).strip()

    def backup(self, script: str = "base-backup", *arguments: str) -> str:
        return self.run([str(self.scripts / script), *arguments], env=self.environment).stdout

    def archive_all(self) -> None:
        """Until what was committed so far is in the backups."""
        segment = self.value("SELECT pg_walfile_name(pg_switch_wal())")
        wait_for(lambda: (self.backups / "wal" / f"{segment}.age").exists(), what=f"{segment} to be archived")

    def lose(self) -> None:
        """As when the disk burns."""
        assert self.process
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()
        self.process = None
        shutil.rmtree(self.data)

    def prove(self, moment: str, **environment: str) -> subprocess.CompletedProcess[str]:
        scratch = Path(tempfile.mkdtemp(prefix="prove-", dir=self.folder))
        more = {
            "BACKUP_KEY_FILE": str(self.key),
            "PORTAL": str(ROOT),
            "PYTHON": sys.executable,
            "PROVE_DIR": str(scratch),
            **environment,
        }
        command = [str(self.scripts / "prove-restore"), moment]
        return subprocess.run(
            command, cwd="/", env={**self.environment, **more}, capture_output=True, text=True, timeout=300
        )

    def remove(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
        for _ in range(50):  # the last archive command may still write
            with suppress(OSError):
                shutil.rmtree(self.folder)
                return
            time.sleep(0.1)
