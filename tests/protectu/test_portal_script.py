"""The one script: what it says when something is missing, and the parts that need no server."""

import ast
import os
import re
import socket
import stat
import subprocess
import sys

import pytest

from protectu import debian
from tests.protectu.conftest import SCRIPT, sentence_of

PARTS = [SCRIPT.parent / "protectu" / f"{name}.py" for name in ("__init__", "supervise", "debian", "cluster")]
FILES = [SCRIPT, *PARTS]  # all that runs before there is a .venv


def test_an_old_python_comes_as_far_as_one_clear_line(portal, monkeypatch, capsys):
    for file in FILES:
        ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 7))
    monkeypatch.setattr(portal.sys, "version_info", (3, 9, 2))

    code, said = sentence_of(lambda: portal.main(["run"]), capsys)

    assert code == 1
    assert re.fullmatch(r"portal: Python 3\.11 or newer is needed, and .+ is .+\n", said)


def test_a_bare_python_is_enough(tmp_path):
    answer = subprocess.run([sys.executable, "-I", "-S", SCRIPT], cwd=tmp_path, capture_output=True, text=True)

    assert (answer.returncode, answer.stderr.count("Traceback")) == (2, 0), answer.stderr


@pytest.mark.parametrize("arguments", [[], ["runn"], ["run", "--fast"], ["check", "."]])
def test_an_unknown_command_is_answered_with_the_three_that_are_known(portal, arguments, capsys, monkeypatch):
    monkeypatch.setattr(portal.signal, "signal", lambda *_: None)
    monkeypatch.setattr(portal.os, "umask", lambda _: None)

    code, said = sentence_of(lambda: portal.main(arguments), capsys)

    assert code == 2
    assert "./portal run | test [--quick] [pytest arguments] | check" in said


def test_a_taken_port_is_said_before_anything_slow(portal, steps, monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as somebody_else:
        port = somebody_else.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        code, said = sentence_of(portal.run, capsys)

    assert code == 4
    assert said == f"portal: port {port} is taken or not for you; choose another: PORT=8100 ./portal run\n"
    assert steps == []


@pytest.mark.parametrize("port", ["eight", "-1", "0", "70000"])
def test_a_port_that_is_none_is_said_in_the_same_words(portal, port, monkeypatch, capsys):
    monkeypatch.setenv("PORT", port)

    code, said = sentence_of(portal.run, capsys)

    assert code == 4
    assert f"port {port} is taken or not for you" in said


def test_the_catcher_moves_when_its_port_is_taken(portal):
    with socket.create_server(("127.0.0.1", 0)) as somebody_else:
        taken = somebody_else.getsockname()[1]
        assert portal.free_port(taken) not in {0, taken}


def test_secrets_are_made_once_and_for_their_owner_alone(portal):
    umask = os.umask(0o077)
    try:
        first = portal.own_secrets()
    finally:
        os.umask(umask)

    assert portal.own_secrets() == first
    assert sorted(first) == ["FIELD_KEYS", "INDEX_KEY", "SECRET_KEY"]
    assert len(set(first.values())) == 3
    assert all(re.fullmatch(r"[\w-]{43}=", first[name]) for name in ("FIELD_KEYS", "INDEX_KEY"))
    assert stat.S_IMODE((portal.VAR / "secrets.env").stat().st_mode) == 0o600


def test_the_private_services_are_reached_by_their_sockets(portal, services):
    env = portal.environment(8000, services)

    assert env["DATABASE_URL"] == f"postgres://portal_app@/{services.run}/portal"
    assert env["DATABASE_OWNER_URL"] == f"postgres://portal_owner@/{services.run}/portal"
    assert env["REDIS_URL"] == f"redis+socket://{services.run}/redis.sock"
    assert (env["IS_DEMO"], env["PUBLIC_URL"]) == ("1", "http://127.0.0.1:8000")


def test_what_the_environment_says_wins(portal, services, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "theirs")
    monkeypatch.setenv("DATABASE_URL", "postgres://portal@db.example/portal")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example/0")
    services.has_database = services.has_redis = False

    env = portal.environment(8000, services)

    assert env["SECRET_KEY"] == "theirs"
    assert env["DATABASE_URL"] == env["DATABASE_OWNER_URL"] == "postgres://portal@db.example/portal"
    assert env["REDIS_URL"] == "redis://redis.example/0"
    assert "IS_DEMO" not in env  # what is not ours is no demo


def test_texts_are_compiled_only_when_one_is_newer(portal, services, steps):
    folder = debian.TREE / "locale" / "th" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()

    portal.compile_messages(services, {})
    (folder / "django.mo").touch()
    portal.compile_messages(services, {})
    os.utime(folder / "django.mo", (0, 0))
    portal.compile_messages(services, {})

    assert steps == ["compilemessages", "compilemessages"]


def test_migrations_run_when_there_are_new_ones_and_the_demo_is_loaded_once(portal, services, steps):
    services.birth = lambda: "first cluster"
    services.remember_migrations = lambda: steps.append("remember")
    env = {"DATABASE_OWNER_URL": "postgres://owner@/portal"}

    portal.migrate(services, env)
    portal.migrate(services, env)
    assert steps == ["migrate", "remember", "load_areas", "load_demo"]

    (debian.TREE / "cases" / "migrations").mkdir(parents=True)
    (debian.TREE / "cases" / "migrations" / "0002_dispatch_escalated_at.py").touch()
    portal.migrate(services, env)
    assert steps[4:] == ["migrate", "remember"]

    services.birth = lambda: "second cluster"
    portal.migrate(services, env)
    assert steps[6:] == ["migrate", "remember", "load_areas", "load_demo"]


def test_a_database_of_others_is_migrated_but_gets_no_demo(portal, services, steps):
    services.has_database = False

    portal.migrate(services, {"DATABASE_OWNER_URL": "postgres://owner@db.example/portal"})
    portal.migrate(services, {"DATABASE_OWNER_URL": "postgres://owner@db.example/portal"})

    assert steps == ["migrate", "collectstatic", "migrate", "collectstatic"]
