"""What is installed is the same on every Python that the portal runs on, and is what was pinned."""

import re
from collections import Counter
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_each_package_is_pinned_to_one_version_for_every_python(name):
    pins = re.findall(r"^([\w.-]+(?:\[[\w,-]+\])?)==", (TREE / name).read_text(encoding="utf-8"), re.M)

    assert len(pins) > 50
    assert not [package for package, times in Counter(pins).items() if times > 1]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-build.txt"])
def test_each_pin_has_the_hashes_of_what_may_be_installed(name):
    text = (TREE / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if re.match(r"[\w.-]", line)]

    assert lines
    assert [line for line in lines if not re.search(r" --hash=sha256:[0-9a-f]{64}", line)] == []


@pytest.mark.parametrize("script", ["protectu/debian.py", "ops/Containerfile"])
def test_whoever_installs_demands_hashes_and_wheels_and_fetches_no_tool_to_build_with(script):
    text = (TREE / script).read_text(encoding="utf-8")

    for option in ("--require-hashes", "--only-binary=:all:", "--no-binary=http-ece,openlocationcode"):
        assert option in text
    assert "--no-build-isolation" in text
    assert len(re.findall(r"pip install --", text)) == text.count("--require-hashes -r")
