"""Debian's packages and .venv: what is said when something is missing, and what is made once."""

from types import SimpleNamespace

import pytest

from protectu import debian
from tests.protectu.conftest import sentence_of


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


MADE = ["python -m venv", "pip install -r requirements-build.txt"]


def make_venv(portal) -> None:
    """What `step` would have made."""
    (debian.VENV / "bin").mkdir(parents=True)
    (debian.VENV / "bin" / "python").touch()


def test_the_virtual_environment_is_made_once(portal, steps):
    make_venv(portal)

    debian.build_venv("requirements.txt")
    debian.build_venv("requirements.txt")

    assert steps == [*MADE, "pip install -r requirements.txt"]


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

    assert steps == [*MADE, "pip install -r requirements.txt"]


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

    assert steps == [*MADE, "pip install -r requirements.txt"]
