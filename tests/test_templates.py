"""Templates as files: what no single page shows."""

import pytest

from tests.stack import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST_LINE = 160  # characters: two panes side by side


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_line_is_longer_than_a_screen_is_wide(path):
    long = [number for number, line in enumerate(path.read_text("utf-8").split("\n"), 1) if len(line) > LONGEST_LINE]

    assert not long, f"lines {long}"
