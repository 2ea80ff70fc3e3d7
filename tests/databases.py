"""Databases for tests: each is copied from a template that is made anew when what it was made of has changed.

A template's name ends in a digest of migrations, settings and requirements; that of the process stacks has the areas
and the demo in it as well. A copy's name holds the number of the process it is for, so that runs side by side do not
meet, and what a killed run left behind can be told from what is in use.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg
from environ import Env
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
MAINTENANCE = "portal"  # the database that is connected to while others are made
MADE_OF = ("*/migrations/*.py", "protectu/settings.py", "requirements.txt")
DEMO_MADE_OF = (*MADE_OF, "*/data/*", "*/management/**/*.py", "*/models/*.py", "vault/*.py")
KEYS = ("FIELD_KEYS", "INDEX_KEY")  # the demo's encrypted columns are read with these
BUILDING = 0x50524F54  # an advisory lock: one process makes a template, the others wait for it


class Databases:
    """Those of one server, reached as the role that owns the tables."""

    def __init__(self, owner_url: str) -> None:
        self.owner_url = owner_url

    def url(self, name: str) -> str:
        return self.owner_url.rpartition("/")[0] + "/" + name

    def connect(self, name: str = MAINTENANCE) -> psycopg.Connection[Any]:
        found = Env.db_url_config(self.url(name))
        return psycopg.connect(
            dbname=name,
            user=found["USER"],
            password=found["PASSWORD"] or None,
            host=unquote(found["HOST"]),
            port=found["PORT"] or None,
            autocommit=True,
        )

    def migrated(self) -> str:
        """The name of the template with empty tables."""
        return self._template(f"template_migrated_{_digest(MADE_OF)}", [["migrate", "-v0"]])

    def with_demo(self) -> str:
        """The name of the template with the areas and the demo, whose shifts begin at the full hour."""
        hour = f"{datetime.now(UTC):%Y%m%d%H}"
        name = f"template_demo_{_digest(DEMO_MADE_OF, hour, *(os.environ[key] for key in KEYS))}"
        return self._template(name, [["load_areas"], ["load_demo"]], made_from=self.migrated())

    def names(self) -> set[str]:
        with self.connect() as connection:
            return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}

    def copy(self, template: str, name: str) -> None:
        """Make the database anew, as a copy of the template."""
        with self.connect() as connection:
            _drop(connection, name)
            _create(connection, name, template)

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            _drop(connection, name)

    def drop_left_behind(self) -> None:
        """Drop the copies of processes that are there no more."""
        with self.connect() as connection:
            for (name,) in connection.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^test_\d+'"):
                if not Path(f"/proc/{name.split('_')[1]}").exists():
                    _drop(connection, name)

    def _template(self, name: str, commands: list[list[str]], made_from: str = "template_portal") -> str:
        with self.connect() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
            kind = name.rpartition("_")[0]
            if name not in (names := self.names()):
                for old in names:
                    if old.startswith(kind):
                        _drop(connection, old)
                new = f"{kind}_new"
                _create(connection, new, made_from)
                for command in commands:
                    self._manage(new, command)
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(_id(new), _id(name)))
        return name

    def _manage(self, name: str, command: list[str]) -> None:
        environment = {**os.environ, "DATABASE_URL": self.url(name), "IS_DEMO": "1"}
        done = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()


def _digest(patterns: Iterable[str], *more: str) -> str:
    found = hashlib.sha256("\n".join(more).encode())
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()):
        found.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _id(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def _create(connection: psycopg.Connection[Any], name: str, template: str) -> None:
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(_id(name), _id(template)))


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    # WITH (FORCE) is refused while autovacuum is in there; without it PostgreSQL asks autovacuum to leave.
    ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL"
    connection.execute(ours, [name])
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(_id(name)))
