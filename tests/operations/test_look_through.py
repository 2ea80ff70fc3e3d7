"""What looks through a built image finds whatever must not be in it. The image itself is built by hand."""

import subprocess
from pathlib import Path

import pytest

from tests.stack import ROOT


@pytest.fixture
def root(tmp_path) -> Path:
    """As the image has it, in a few files."""
    for path in ("opt/protectu/.venv/bin", "opt/protectu/cases", "etc", "usr/bin", "var/lib/apt/lists"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "opt/protectu/manage.py").write_text("print('here')\n")
    (tmp_path / "opt/protectu/.venv/bin/python").symlink_to("/usr/bin/python3")
    (tmp_path / "usr/bin/python3").touch()
    return tmp_path


def look(root: Path) -> tuple[int, str]:
    done = subprocess.run([ROOT / "ops" / "look-through", root], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_an_image_of_the_program_alone_passes(root):
    assert look(root) == (0, "nothing that must not be there\n")


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("opt/protectu/ops/portal.env", "", "may hold a secret"),
        ("opt/protectu/.env", "", "may hold a secret"),
        ("root/.pgpass", "", "may hold a secret"),
        ("etc/pip.conf", "", "may hold a secret"),
        ("opt/protectu/.git/config", "", "may hold a secret"),
        ("opt/protectu/cases/notes.txt", "first\nSECRET_KEY=abc\n", "looks like a secret"),
        ("opt/protectu/cases/forgotten", "-----BEGIN PRIVATE KEY-----\n", "looks like a secret"),
        ("etc/environment", "PORTAL_APP_PASSWORD=abc\n", "looks like a secret"),
        ("opt/protectu/tests/conftest.py", "", "is not for an image"),
        ("opt/protectu/agencies/data/demo_logins.txt", "", "is not for an image"),
        ("opt/protectu/.venv/lib/python3.13/site-packages/pytest/__init__.py", "", "is for tests alone"),
        ("opt/protectu/.venv/lib/python3.13/site-packages/pip/__init__.py", "", "is a tool"),
        ("opt/protectu/.venv/bin/pip", "", "is a tool"),
        ("usr/bin/gcc", "", "is a tool"),
        ("usr/bin/curl", "", "is a tool"),
        ("var/lib/apt/lists/debian_Packages", "", "is a cache"),
    ],
)
def test_what_must_not_be_there_is_said(root, path, text, said):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)

    code, words = look(root)

    assert code == 1
    assert any(f"{said}: /{found}\n" in words for found in (Path(path), *Path(path).parents))


def test_a_file_that_everybody_may_change_is_said(root):
    (root / "opt/protectu/manage.py").chmod(0o666)

    assert look(root) == (1, "may be changed by what runs: /opt/protectu/manage.py\n")


def test_another_folder_is_refused(tmp_path):
    code, words = look(tmp_path)

    assert code == 2
    assert "is not the portal's" in words
