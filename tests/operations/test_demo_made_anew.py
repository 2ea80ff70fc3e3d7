"""Whoever has run an earlier version keeps running: a demo that nothing leads on from is set aside."""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader

from protectu import supervise
from protectu.cluster import Services
from tests.stack import ROOT

pytestmark = pytest.mark.fault

# As the version before left it: the last of its migrations, of which this tree has only the first, and a row.
BEFORE = """
\\c portal portal_owner
CREATE TABLE django_migrations (id serial PRIMARY KEY, app text, name text, applied timestamptz DEFAULT now());
INSERT INTO django_migrations (app, name) VALUES
    ('contenttypes', '0001_initial'), ('agencies', '0001_nouns'), ('agencies', '0020_line_words'),
    ('cases', '0001_nouns'), ('cases', '0025_sharing_longer');
CREATE TABLE cases_case (reference text PRIMARY KEY);
INSERT INTO cases_case VALUES ('AAAA-2222');
"""


@pytest.fixture
def services(monkeypatch) -> Iterator[Services]:
    """A private cluster of this tree, running and empty, in a folder of its own; without fsync, to save time."""
    monkeypatch.delenv("DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="protectu-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        services = Services("tests", tree=folder, var=folder)
        shutil.copytree(ROOT / "agencies" / "migrations", folder / "agencies" / "migrations")
        shutil.copytree(ROOT / "cases" / "migrations", folder / "cases" / "migrations")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # what ./portal begins outlives its Popen
            services.start_postgres()
            yield services
            supervise.end_server(services.pid_file)


@pytest.fixture
def portal() -> Any:
    script: Any = ModuleType("portal_that_makes_anew")
    script.__file__ = str(ROOT / "portal")
    SourceFileLoader(script.__name__, script.__file__).exec_module(script)
    return script


def migrate(services: Services) -> None:
    owner = f"postgres://portal_owner@/{services.run}/portal"
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": owner}, check=True)
    services.remember_migrations()


def test_a_demo_of_the_version_before_is_set_aside_and_made_anew(services, portal, capsys):
    services.ask(BEFORE)
    old = services.birth()
    capsys.readouterr()

    portal.begin_anew(services, {})
    migrate(services)

    [line, *steps] = capsys.readouterr().out.splitlines()
    aside = Path(line.removeprefix("the demo is made anew: another version made the one that is kept in "))
    assert aside.parent == services.data.parent
    assert aside.name.startswith(f"{services.data.name}-until-")
    assert [step.split()[0] for step in steps] == ["initdb", services.data.name, "roles"]
    assert services.birth() != old
    assert services.ask("SELECT count(*) FROM cases_case;") == ["0"]
    # And what was set aside is whole.
    supervise.end_server(services.pid_file)
    services.data = aside
    services.pid_file = aside / "postmaster.pid"
    services.start_postgres()
    assert services.ask("SELECT reference FROM cases_case;") == ["AAAA-2222"]


def test_a_demo_of_this_version_stays(services, portal, capsys):
    portal.begin_anew(services, {})  # no tables yet
    migrate(services)
    born, ours = services.birth(), MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    capsys.readouterr()

    portal.begin_anew(services, {})

    recorded = services.ask("SELECT app || '.' || name FROM django_migrations;")
    assert {f"{app}.{name}" for app, name in ours if app in {"agencies", "cases"}} <= set(recorded)
    assert services.birth() == born
    assert capsys.readouterr().out == ""


def test_a_demo_is_made_anew_when_a_migration_that_it_ran_has_changed(services, portal, capsys):
    migrate(services)
    born = services.birth()
    changed = services.tree / "cases" / "migrations" / "0001_cases.py"
    changed.write_text(f"{changed.read_text()}\n# another column\n")
    capsys.readouterr()

    portal.begin_anew(services, {})

    assert "the demo is made anew" in capsys.readouterr().out
    assert services.birth() != born


def test_a_demo_that_another_portal_stands_on_is_not_taken_away(services, portal, capsys):
    services.ask(BEFORE)
    other = subprocess.Popen([*services.psql[:-1], "portal"], stdin=subprocess.PIPE, **services.how)
    assert other.stdin
    other.stdin.write(b"SELECT pg_advisory_lock(1);\n")
    other.stdin.flush()
    while not services.ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory';"):
        assert other.poll() is None

    with pytest.raises(SystemExit) as given_up:
        portal.begin_anew(services, {})
    with other:
        other.stdin.close()

    said = "portal: a portal of an earlier version of this tree is still running: end it, then start again\n"
    assert (given_up.value.code, capsys.readouterr().err) == (6, said)
    assert services.ask("SELECT reference FROM cases_case;") == ["AAAA-2222"]
