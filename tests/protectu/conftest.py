"""./portal as a module, in an empty tree."""

import importlib.machinery
import itertools
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from protectu import cluster, debian

SCRIPT = Path(__file__).resolve().parents[2] / "portal"


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
    for requirements in ("requirements.txt", "requirements-dev.txt", "requirements-build.txt"):
        (tmp_path / requirements).write_text("django\n")
    for name in [*os.environ]:
        if name.endswith("_URL") or name in {"PORT", "SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "IS_DEMO"}:
            monkeypatch.delenv(name)
    return script


@pytest.fixture
def services(tmp_path) -> SimpleNamespace:
    return SimpleNamespace(
        has_database=True,
        has_redis=True,
        run=tmp_path / "run",
        home=tmp_path / "services",
        remember_migrations=lambda: None,
    )


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
