"""What is installed is the same on every Python that the portal runs on."""

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
