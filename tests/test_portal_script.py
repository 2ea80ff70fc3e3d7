"""The one script: what it says when something is missing, and the parts that need no server."""

import ast
import importlib.machinery
import itertools
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from protectu import cluster, debian, supervise

SCRIPT = Path(__file__).resolve().parent.parent / "portal"
PARTS = [SCRIPT.parent / "protectu" / f"{name}.py" for name in ("__init__", "supervise", "debian", "cluster")]
FILES = [SCRIPT, *PARTS]  # all that runs before there is a .venv


@pytest.fixture
def portal(tmp_path, monkeypatch) -> ModuleType:
    """The script as a module, in an empty tree with a `.var` of its own."""
    loader = importlib.machinery.SourceFileLoader("portal_script", str(SCRIPT))
    script = ModuleType("portal_script")
    script.__file__ = str(SCRIPT)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(script)
    var, venv = tmp_path / ".var", tmp_path / ".venv"
    everywhere = {"TREE": tmp_path, "VAR": var, "VENV": venv, "PYTHON": [f"{venv}/bin/python"]}
    for module, (name, value) in itertools.product((script, debian, cluster), everywhere.items()):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, value)
    var.mkdir()
    for requirements in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / requirements).write_text("django\n")
    for name in [*os.environ]:
        if name.endswith("_URL") or name in {"PORT", "SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "IS_DEMO"}:
            monkeypatch.delenv(name)
    return script


@pytest.fixture
def services(tmp_path) -> SimpleNamespace:
    return SimpleNamespace(has_database=True, has_redis=True, run=tmp_path / "run")


@pytest.fixture
def steps(portal, monkeypatch) -> list[str]:
    """The steps that the script takes; none is carried out, and each one passes."""
    taken: list[str] = []
    for module in (portal, debian):
        monkeypatch.setattr(module, "step", lambda label, *_, **__: taken.append(label))
    return taken


def sentence_of(call, capsys) -> tuple[object, str]:
    """How the script gives up: its exit code, and what it says."""
    with pytest.raises(SystemExit) as given_up:
        call()
    return given_up.value.code, capsys.readouterr().err


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


def test_without_sudo_the_exact_line_is_printed(portal, steps, monkeypatch, capsys):
    monkeypatch.setattr(debian, "missing_packages", lambda wanted: [name for name in wanted if name != "gettext"])
    monkeypatch.setattr(debian.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(debian, "sudo", lambda: None)

    code, said = sentence_of(lambda: debian.install_packages("chromium"), capsys)

    assert code == 3
    line = "sudo apt-get install -y --no-install-recommends python3-venv postgresql-postgis redis-server chromium"
    assert f"\n  {line}\n" in said
    assert steps == []


def test_nothing_is_installed_when_nothing_is_missing(portal, steps, monkeypatch):
    monkeypatch.setattr(debian, "missing_packages", lambda wanted: [])
    monkeypatch.setattr(debian, "sudo", lambda: pytest.fail("nobody had to be root"))

    debian.install_packages("chromium")

    assert steps == []


def test_a_package_that_was_removed_is_missing(portal, monkeypatch):
    shown = "gettext installed\nredis-server config-files\n"
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(debian.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=shown))

    assert debian.missing_packages(["gettext", "redis-server", "chromium"]) == ["redis-server", "chromium"]


def test_a_system_without_dpkg_is_told_so(portal, monkeypatch, capsys):
    monkeypatch.setattr(debian.shutil, "which", lambda name: None)

    code, said = sentence_of(lambda: debian.missing_packages(["gettext"]), capsys)

    assert (code, said) == (3, "portal: this is not Debian: there is no dpkg-query\n")


def test_somebody_without_sudo_cannot_be_root(portal, monkeypatch):
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian.shutil, "which", lambda name: None)

    assert debian.sudo() is None


def test_sudo_that_would_ask_is_not_used_where_nobody_can_answer(portal, monkeypatch):
    asked = []
    refused = SimpleNamespace(returncode=1)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(debian.sys, "stdin", SimpleNamespace(isatty=lambda: False))
    monkeypatch.setattr(debian.subprocess, "run", lambda command, **_: asked.append(command) or refused)

    assert debian.sudo() is None
    assert asked == [["sudo", "-n", "true"]]


def make_venv(portal) -> None:
    """What `step` would have made."""
    (debian.VENV / "bin").mkdir(parents=True)
    (debian.VENV / "bin" / "python").touch()


def test_the_virtual_environment_is_made_once(portal, steps):
    make_venv(portal)

    debian.build_venv("requirements.txt")
    debian.build_venv("requirements.txt")

    assert steps == ["python -m venv", "pip install -r requirements.txt"]


def test_the_tools_of_tests_are_added_to_what_runs(portal, steps):
    make_venv(portal)
    debian.build_venv("requirements.txt")
    steps.clear()

    debian.build_venv("requirements-dev.txt")
    debian.build_venv("requirements-dev.txt")
    debian.build_venv("requirements.txt")

    assert steps == ["pip install -r requirements-dev.txt"]


def test_a_new_requirement_makes_a_new_virtual_environment(portal, steps):
    make_venv(portal)
    debian.build_venv("requirements-dev.txt")
    steps.clear()

    (debian.TREE / "requirements.txt").write_text("django\ncelery\n")
    debian.build_venv("requirements.txt")

    assert steps == ["python -m venv", "pip install -r requirements.txt"]


def test_a_virtual_environment_that_was_cut_short_is_made_again(portal, steps, monkeypatch):
    make_venv(portal)
    debian.build_venv("requirements.txt")

    def killed(*_, **__):
        raise SystemExit(137)

    with monkeypatch.context() as context:
        context.setattr(debian, "step", killed)
        with pytest.raises(SystemExit):
            debian.build_venv("requirements-dev.txt")
    steps.clear()
    debian.build_venv("requirements.txt")

    assert steps == ["python -m venv", "pip install -r requirements.txt"]


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


def test_a_folder_of_somebody_else_is_refused(portal, monkeypatch, capsys):
    theirs = portal.VAR / "theirs"
    theirs.mkdir()
    me = theirs.stat().st_uid
    monkeypatch.setattr(cluster.os, "geteuid", lambda: me + 1)

    code, said = sentence_of(lambda: cluster.private_folder(theirs, me + 1), capsys)

    assert code == 5
    assert said == f"portal: {theirs} is user {me}'s: remove it, or start as that user\n"


def test_a_link_is_not_taken_for_a_folder(portal, capsys):
    (portal.VAR / "link").symlink_to(debian.TREE)

    code, _ = sentence_of(lambda: cluster.private_folder(portal.VAR / "link", os.geteuid()), capsys)

    assert code == 5


def test_a_folder_that_was_open_is_closed(portal):
    folder = portal.VAR / "open"
    folder.mkdir(mode=0o755)

    cluster.private_folder(folder, os.geteuid())

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_number_that_is_somebody_elses_by_now_is_no_server(portal):
    pid_file = portal.VAR / "redis.pid"
    with subprocess.Popen(["sleep", "60"], cwd="/") as stranger:
        pid_file.write_text(f"{stranger.pid}\n")
        strangers = supervise.living(pid_file)
        stranger.kill()
    with subprocess.Popen(["sleep", "60"], cwd=portal.VAR) as server:
        pid_file.write_text(f"{server.pid}\n/some/where\n")
        servers = supervise.living(pid_file)
        server.kill()

    assert (strangers, servers) == (0, server.pid)


@pytest.mark.parametrize("content", ["", "no number\n", "999999999\n"])
def test_a_pid_file_of_no_use_names_no_server(portal, content):
    (portal.VAR / "redis.pid").write_text(content)

    assert supervise.living(portal.VAR / "redis.pid") == 0


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
    env = {"DATABASE_OWNER_URL": "postgres://owner@/portal"}

    portal.migrate(services, env)
    portal.migrate(services, env)
    assert steps == ["migrate", "load_areas", "load_demo"]

    (debian.TREE / "cases" / "migrations").mkdir(parents=True)
    (debian.TREE / "cases" / "migrations" / "0002_dispatch_escalated_at.py").touch()
    portal.migrate(services, env)
    assert steps[3:] == ["migrate"]

    services.birth = lambda: "second cluster"
    portal.migrate(services, env)
    assert steps[4:] == ["migrate", "load_areas", "load_demo"]


def test_a_database_of_others_is_migrated_but_gets_no_demo(portal, services, steps):
    services.has_database = False

    portal.migrate(services, {"DATABASE_OWNER_URL": "postgres://owner@db.example/portal"})
    portal.migrate(services, {"DATABASE_OWNER_URL": "postgres://owner@db.example/portal"})

    assert steps == ["migrate", "collectstatic", "migrate", "collectstatic"]


def test_a_step_that_fails_shows_its_own_words(portal, capfd):
    with pytest.raises(SystemExit):
        portal.step("migrate", ["sh", "-c", "echo no such table; exit 3"])

    said = capfd.readouterr()
    assert "FAILED\nno such table" in said.out
    assert said.err == "portal: migrate failed; its own words stand above\n"


def test_a_step_that_passes_is_one_line(portal, capfd):
    portal.step("migrate", ["echo", "Applying contenttypes.0001_initial..."])

    assert re.fullmatch(r"migrate +0\.\d s ok\n", capfd.readouterr().out)


@pytest.mark.parametrize(("command", "code"), [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137)])
def test_a_child_that_is_waited_for_gives_its_exit_code(portal, command, code):
    assert supervise.attend(["sh", "-c", command], {}, signal.SIGTERM, patience=1) == code


def test_a_process_that_dies_young_starts_again_later_each_time(portal, monkeypatch, capsys):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(supervise.time, "monotonic", lambda: clock.now)
    watch, started = supervise.Child("watch", "manage.py watch"), []

    def start():
        started.append(clock.now)
        watch.process = SimpleNamespace(poll=lambda: 7, returncode=7)
        supervise.STARTED.append(watch.process)

    monkeypatch.setattr(watch, "start", start)
    for _ in range(1000):
        watch.tend()
        clock.now += 0.1

    pauses = [round(later - earlier) for earlier, later in itertools.pairwise(started)]
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert capsys.readouterr().out.startswith("watch ended with 7; it starts again in 1 s\n")
