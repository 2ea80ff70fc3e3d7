"""PostgreSQL and Redis of our own. It runs before there is a .venv, so it uses the standard library alone."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from protectu import supervise
from protectu.debian import digest, is_stamped
from protectu.supervise import TREE, die, say, step

VAR = TREE / ".var"
# Without UTF-8 in LC_CTYPE the trigrams of Thai are empty, and no error says so.
INITDB = "-U bootstrap -E UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=reject"
# Nothing of a report is in PostgreSQL's log: no row that was refused, no statement that failed or was slow.
QUIET = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
}
POSTGRES = " ".join(
    ["-c listen_addresses= -c unix_socket_permissions=0700", *(f"-c {name}={value}" for name, value in QUIET.items())]
)
# For tests. Data is lost only when the machine stops, not when a process is killed.
FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
REDIS = "--port 0 --unixsocketperm 700 --appendonly yes --appendfsync everysec --maxmemory-policy noeviction"
BOOTSTRAP_SQL = """
SELECT 'CREATE ROLE ' || role FROM (VALUES ('portal_owner LOGIN CREATEDB'), ('portal_app LOGIN')) AS wanted(role)
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = split_part(role, ' ', 1)) \\gexec
GRANT portal_app TO portal_owner;
ALTER ROLE portal_owner SET log_min_error_statement = panic;
ALTER ROLE portal_app SET log_min_error_statement = panic;
ALTER ROLE portal_owner SET log_error_verbosity = terse;
ALTER ROLE portal_app SET log_error_verbosity = terse;
SELECT 'CREATE DATABASE template_portal IS_TEMPLATE true'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'template_portal') \\gexec
\\connect template_portal
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER SCHEMA public OWNER TO portal_owner;
GRANT USAGE ON SCHEMA public TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT USAGE, SELECT ON SEQUENCES TO portal_app;
\\connect postgres
SELECT 'CREATE DATABASE portal TEMPLATE template_portal OWNER portal_owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'portal') \\gexec
"""
# Nothing, and no error, while there are no tables yet.
MIGRATIONS_RAN = "portal-migrations.json"  # in the data folder: it goes with the cluster when that is set aside
RECORDED_SQL = """
SELECT 'SELECT app || ''.'' || name FROM django_migrations ORDER BY id'
 WHERE to_regclass('django_migrations') IS NOT NULL \\gexec
"""
USED_BY_SQL = """
SELECT pid FROM pg_stat_activity
 WHERE datname = 'portal' AND backend_type = 'client backend' AND pid <> pg_backend_pid();
"""


def private_folder(path: Path, uid: int, mode: int = 0o700) -> Path:
    """Make a folder for this user alone. In /tmp, which is shared, refuse what another user put there."""
    with contextlib.suppress(FileExistsError):
        path.mkdir()
    owner = path.lstat().st_uid
    if path.is_symlink() or owner not in {uid, os.geteuid()}:
        die(f"{path} is user {owner}'s: remove it, or start as that user", 5)
    os.chown(path, uid, -1)
    path.chmod(mode)
    return path


class Server:
    """PostgreSQL or Redis, looked after while a portal runs: started again when it died, ended when it hangs."""

    LOOKS_SECONDS, HUNG_SECONDS, LONGEST_PAUSE = 5, 30, 30

    def __init__(self, pid_file: Path, is_there: Callable[[], bool], start: Callable[[], None]) -> None:
        self.pid_file, self.is_there, self.start = pid_file, is_there, start
        self.seen_at, self.look_at, self.due_at, self.pause = time.monotonic(), 0.0, 0.0, 1.0
        self.last_means = [signal.SIGQUIT, signal.SIGKILL]

    def tend(self) -> None:
        now = time.monotonic()
        if now < self.look_at:
            return
        self.look_at = now + self.LOOKS_SECONDS
        pid = supervise.living(self.pid_file)
        if not pid:
            self._start_again(now)
        elif self.is_there():
            self.seen_at, self.pause, self.last_means = now, 1.0, [signal.SIGQUIT, signal.SIGKILL]
        elif now - self.seen_at > self.HUNG_SECONDS:
            say(f"{self.pid_file.parent.name} gives no answer; it is ended")
            self.seen_at = now  # before the next means
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, self.last_means.pop(0) if len(self.last_means) > 1 else self.last_means[0])

    def _start_again(self, now: float) -> None:
        if now < self.due_at:
            return
        say(f"{self.pid_file.parent.name} has died; it starts again")
        self.due_at, self.seen_at = now + self.pause, now
        self.pause = min(2 * self.pause, self.LONGEST_PAUSE)
        try:
            self.start()
        except OSError as error:
            say(f"{self.pid_file.parent.name} could not be started: {error.strerror}")


class Services:
    """PostgreSQL and Redis, reached through sockets in a folder of mode 0700. DATABASE_URL or REDIS_URL replaces one.

    PostgreSQL refuses root, so under root both run as the user `postgres` that its package made. Each `kind` has a
    cluster and a Redis of its own: "" is that of the demo, and "tests" loses its data when the machine stops.
    """

    def __init__(self, kind: str = "", *, tree: Path = TREE, var: Path = VAR) -> None:
        self.tree, self.var, self.kind = tree, var, kind
        self.has_database = not os.environ.get("DATABASE_URL")
        self.has_redis = not os.environ.get("REDIS_URL")
        key = hashlib.sha256(os.fsencode(tree)).hexdigest()[:12]
        uid, name = os.geteuid(), f"services-{kind}".rstrip("-")
        home = var / name
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self.how: dict[str, Any] = {"cwd": "/", "env": {**clean, "LC_ALL": "C.UTF-8"}}
        if uid == 0:
            uid = int(subprocess.check_output(["id", "-u", "postgres"]))
            self.how |= {"user": "postgres", "group": "postgres", "extra_groups": []}
            if not self.succeeds("test", "-x", tree):
                home = Path(f"/var/lib/protectu-{key}{name.removeprefix('services')}")
        self.home = private_folder(home, uid)
        # The path of a socket has at most 107 bytes. It is part of URLs, so it needs no quoting.
        fits = re.fullmatch(r"[A-Za-z0-9_./-]{1,88}", f"{home}/run")
        short = Path(f"/tmp/protectu-{key}-{uid}{name.removeprefix('services')}")
        self.run = private_folder(home / "run" if fits else short, uid)
        self.bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.data = home / f"postgresql-{self.bin.parent.name}"
        self.redis = private_folder(home / "redis", uid)
        self.pid_file, self.redis_pid_file = self.data / "postmaster.pid", self.redis / "redis.pid"
        self.psql = f"{self.bin}/psql -Xq -v ON_ERROR_STOP=1 -U bootstrap -h {self.run} postgres".split()

    def birth(self) -> str:
        """Return when this cluster was made. Stamps contain it, so that nothing is skipped for a newer cluster."""
        return str((self.data / "PG_VERSION").stat().st_mtime_ns)

    def succeeds(self, *command: Any) -> bool:
        asked = subprocess.run(["timeout", "5", *command], capture_output=True, check=False, **self.how)
        return asked.returncode == 0

    def start(self) -> None:
        if self.has_database:
            self.start_postgres()
        if self.has_redis:
            self.start_server(self.redis_pid_file, self.ping(), self.redis_server())

    def ping(self) -> list[Any]:
        return ["redis-cli", "-e", "-s", self.run / "redis.sock", "ping"]

    def redis_server(self) -> list[Any]:
        where = ["--dir", self.redis, "--pidfile", self.redis_pid_file, "--unixsocket", self.run / "redis.sock"]
        return ["redis-server", *REDIS.split(), *where, "--save", ""]

    def tended(self) -> list[Server]:
        """Those of the two that are ours, to be looked after."""
        ready = [self.bin / "pg_isready", "-q", "-h", self.run, "-t", "3"]
        # 1: it is there and lets nobody in yet, because it reads its log after a crash.
        is_there = partial(self.succeeds, "sh", "-c", '"$@" || [ $? = 1 ]', "sh", *ready)
        postgres = Server(self.pid_file, is_there, partial(self.launch, self.pid_file, self.postgres()))
        start = partial(self.launch, self.redis_pid_file, self.redis_server())
        redis = Server(self.redis_pid_file, partial(self.succeeds, *self.ping()), start)
        return [*([postgres] if self.has_database else []), *([redis] if self.has_redis else [])]

    def launch(self, pid_file: Path, command: list[Any]) -> None:
        with self.log(pid_file).open("ab") as log:
            options = {**self.how, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            subprocess.Popen(command, start_new_session=True, **options)

    def log(self, pid_file: Path) -> Path:
        return self.var / (f"{pid_file.parent.name}-{self.kind}".rstrip("-") + ".log")

    def start_postgres(self) -> None:
        if not self.data.exists():  # made under another name, so that one that was cut short is not taken for it
            new = self.data.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            step("initdb", [self.bin / "initdb", "-D", new, *INITDB.split()], **self.how)
            new.rename(self.data)
        select = [*self.psql, "-c", "SELECT 1"]
        self.start_server(self.pid_file, select, self.postgres())
        stamp, fresh = self.stamp("bootstrap"), digest([], BOOTSTRAP_SQL + self.birth())
        if not is_stamped(stamp, fresh):
            with tempfile.TemporaryFile() as script:
                script.write(BOOTSTRAP_SQL.encode())
                script.seek(0)
                step("roles and databases", self.psql, stdin=script, **self.how)
            stamp.write_text(fresh)

    def postgres(self) -> list[Any]:
        where = ["-D", self.data, "-c", f"unix_socket_directories={self.run}"]
        if self.kind == "tests":
            where += FORGETFUL.split()
        if not self.succeeds("test", "-w", "/dev/shm"):
            where += ["-c", "dynamic_shared_memory_type=mmap"]
        return [self.bin / "postgres", *POSTGRES.split(), *where]

    def start_server(self, pid_file: Path, ask: list[Any], command: list[Any]) -> None:
        """Start the server unless it answers, because another portal or one that was killed started it."""
        if not self.succeeds(*ask):
            supervise.begin_server(pid_file, command, lambda: self.succeeds(*ask), self.log(pid_file), **self.how)

    def ask(self, query: str) -> list[str]:
        """The lines that psql answers from the demo's database."""
        psql = [*self.psql[:-1], "-At", "portal"]
        return subprocess.check_output(psql, input=query, text=True, **self.how).splitlines()

    def unknown_migrations(self) -> list[str]:
        """Those that the demo's database has run and this tree does not have: not by that name, or not those words.

        Until the first deployment a changed model changes its migration (ADR 14), which nothing leads on from either.
        """
        ours, ran = self._migrations(), self._migrations_that_ran()
        apps = {name.split(".")[0] for name in ours}
        recorded = [name for name in self.ask(RECORDED_SQL) if name.split(".")[0] in apps]
        return [name for name in recorded if name not in ours or ours[name] != ran.get(name)]

    def remember_migrations(self) -> None:
        """Write down what the demo's database was made from, in its own folder."""
        (self.data / MIGRATIONS_RAN).write_text(json.dumps(self._migrations()))

    def _migrations(self) -> dict[str, str]:
        """A digest of each migration of this tree, by app and name."""
        files = self.tree.glob("*/migrations/*.py")
        return {f"{f.parent.parent.name}.{f.stem}": hashlib.sha256(f.read_bytes()).hexdigest() for f in files}

    def _migrations_that_ran(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads((self.data / MIGRATIONS_RAN).read_text())
        except (OSError, ValueError):
            return {}
        return found

    def set_aside(self) -> Path:
        """Stop PostgreSQL and rename its folder, so that the next start makes a new cluster."""
        if self.ask(USED_BY_SQL):
            die("a portal of an earlier version of this tree is still running: end it, then start again", 6)
        supervise.end_server(self.pid_file)
        aside = self.data.with_name(f"{self.data.name}-until-{time.strftime('%Y%m%d-%H%M%S')}")
        self.data.rename(aside)
        return aside

    def stop(self, *, keeps_database: bool = False) -> None:
        """End both servers, whoever started them."""
        supervise.end_server(self.redis_pid_file)
        if not keeps_database:
            supervise.end_server(self.pid_file)

    def stamp(self, of: str) -> Path:
        """Return the file that remembers what `of` was made from."""
        return self.var / f"stamp-{of}-{self.kind}".rstrip("-")
