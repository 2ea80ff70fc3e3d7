"""The list of guards in tests/README.md names what there is."""

import itertools
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
ROOMS = ("agencies", "cases", "insight", "officers", "protectu", "vault")
ROWS = re.findall(r"^\| .+ \| `([\w.]+)` \| .+ \| `(test_\w+)` \|$", (TESTS / "README.md").read_text("utf-8"), re.M)


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Functions, tests, constants and files."""
    found: set[str] = set()
    for folder in (TESTS, *(TESTS.parent / room for room in ROOMS)):
        for path in folder.rglob("*.py"):
            named = re.findall(r"^ *def (\w+)|^([A-Z_]+) = ", path.read_text("utf-8"), re.MULTILINE)
            found |= {path.name, *itertools.chain(*named)}
        found |= {path.name for path in folder.rglob("*.toml")}
    return found


def test_every_row_of_the_list_can_be_read():
    text = (TESTS / "README.md").read_text("utf-8")

    assert len(ROWS) == text.partition("## Guards")[2].count("| `test_") >= 20


@pytest.mark.parametrize(("guard", "test"), ROWS)
def test_a_guard_and_its_test_are_there(guard, test, names):
    assert {guard, test} <= names
