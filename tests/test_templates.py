"""Templates as files: what no single page shows."""

import re

import pytest

from tests.stack import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST_LINE = 160  # characters: two panes side by side


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_line_is_longer_than_a_screen_is_wide(path):
    long = [number for number, line in enumerate(path.read_text("utf-8").split("\n"), 1) if len(line) > LONGEST_LINE]

    assert not long, f"lines {long}"


@pytest.mark.parametrize("path", [path for path in TEMPLATES if "datetime=" in path.read_text("utf-8")], ids=str)
def test_moments_for_machines_are_valid_html(path):
    """A moment of the database has microseconds, which the attribute `datetime` of <time> does not know."""
    moments = re.findall(r'datetime="([^"]*)"', path.read_text("utf-8"))

    assert all(re.fullmatch(r"\{\{ [\w.]+\|stamp \}\}", moment) for moment in moments), moments
