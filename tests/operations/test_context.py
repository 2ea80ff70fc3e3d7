"""What may go into an image or a commit: never a file of settings, a key or a test."""

import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.apps import apps

from tests.stack import ROOT

SETTINGS = ["ops/portal.env", "ops/compose.env", ".env", "backup.env", "cases/portal.env", "protectu/.env", "key.txt"]
PINS = ("requirements.txt", "requirements-build.txt")
LINES = [
    line
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def tracked() -> list[str]:
    return subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()


def is_named(path: str, pattern: str) -> bool:
    """Whether a line of .dockerignore names the path or a folder that it lies in, for the kinds of lines we use."""
    parts = path.split("/")
    if pattern.startswith("**/"):
        return any(fnmatchcase(part, pattern.removeprefix("**/")) for part in parts)
    folders = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    depth = pattern.count("/")
    return any(fnmatchcase(folder, pattern) for folder in folders if folder.count("/") == depth)


def is_sent(path: str) -> bool:
    """Whether the path is part of what an engine is given to build from: of all lines, the last that names it."""
    says = [not line.startswith("!") for line in LINES if is_named(path, line.removeprefix("!"))]
    return not (says and says[-1])


def test_the_lines_are_of_the_kinds_that_are_read_here_and_everything_is_left_out_at_first():
    assert LINES[0] == "*"
    assert [line for line in LINES[1:] if not re.fullmatch(r"!?(\*\*/)?[\w./*-]+", line)] == []


@pytest.mark.parametrize(
    "path",
    [
        *SETTINGS,
        ".git/config",
        ".var/secrets.env",
        ".venv/bin/python",
        "tests/conftest.py",
        "bench/README.md",
        "docs/operations.md",
        "agencies/data/demo_logins.txt",
        "backups/base/20261124T201000Z.tar.age",
        "whatever-else-lies-there",
    ],
)
def test_it_is_not_built_into_an_image(path):
    assert not is_sent(path)


def test_of_the_tree_only_the_program_is_built_into_an_image():
    sent = [path for path in tracked() if is_sent(path)]
    folders = {path.split("/")[0] for path in sent}
    rooms = {Path(config.path).name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}

    assert folders == rooms | {"LICENSE", "locale", "manage.py", "ops", *PINS, "static", "templates"}
    assert {path for path in sent if path.startswith("ops/")} >= {"ops/alive.py", "ops/postgres/roles.sh"}
    assert [path for path in sent if re.search(r"(^|/)(tests?/|test_[^/]*\.py|conftest)", path)] == []


def test_what_the_images_copy_is_sent():
    copied = set()
    for file in ("Containerfile", "Containerfile.postgres"):
        lines = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "ops" / file).read_text(), re.MULTILINE)
        copied |= {source for line in lines for source in line.split()} - {"."}

    copied.discard("./")
    for source in copied:
        assert any(is_sent(path) for path in tracked() if is_named(path, source)), source
    assert {*PINS, "ops/backup", "ops/postgres"} <= copied


def test_no_file_of_settings_is_in_the_repository_and_none_gets_there_by_accident():
    done = subprocess.run(["git", "check-ignore", "--no-index", *SETTINGS], cwd=ROOT, capture_output=True, text=True)

    assert [path for path in tracked() if path.endswith((".env", "key.txt", ".pem", ".age"))] == []
    assert done.stdout.splitlines() == SETTINGS


def test_the_examples_hold_no_secret():
    """What must be secret is empty there, so that nobody runs with a password that everybody can read."""
    secret = re.compile(r"^([A-Z_]*(?:KEY|KEYS|PASSWORD|SECRET|TOKEN|FALLBACKS))=(.*)$", re.MULTILINE)
    found = [
        pair
        for example in (".env.example", "ops/portal.env.example", "ops/compose.env.example")
        for pair in secret.findall((ROOT / example).read_text())
    ]

    assert ("PORTAL_APP_PASSWORD", "") in found
    assert [pair for pair in found if pair[1]] == []
