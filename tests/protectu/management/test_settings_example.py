"""The example of an environment is made from the settings, and says when it is old."""

import re

from protectu.management.commands import settings_example
from tests.stack import ROOT

FOR_TESTS_AND_DEMO = {"IS_DEMO", "WEBHOOK_TEST_HOSTS", "WEB_PUSH_TEST_HOSTS"}


def test_the_example_is_as_new_as_the_settings():
    written = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert written == settings_example.example(), "old: ./portal manage settings_example makes it anew"


def test_the_example_names_what_a_deployment_fills_in_and_what_the_demo_has_besides():
    of_a_deployment = (ROOT / "ops" / "portal.env.example").read_text(encoding="utf-8")

    names = re.findall(r"^#?([A-Z_]+)=", settings_example.example(), re.MULTILINE)

    assert len(names) == len(set(names))
    assert set(names) == {*re.findall(r"^#?([A-Z_]+)=", of_a_deployment, re.MULTILINE), *FOR_TESTS_AND_DEMO}


def test_a_variable_stands_below_its_comments_and_shows_its_default():
    source = """
# ---- Watching ----
# Called when we fall silent.
URL = env.str("URL", default="")
LIMITS = (env.int("AN_HOUR", default=20), env.list("WORDS", default=["a", "b"]))  # at most
KEY = env.str("KEY")
HOST = env.str("HOST", default=f"of {URL}")
"""

    told = [(heading, *comments, *lines) for heading, comments, lines in settings_example._variables(source)]

    assert told == [
        ("# ---- Watching", "# Called when we fall silent.", "#URL="),
        ("# ---- Watching", "# at most", "#AN_HOUR=20"),
        ("# ---- Watching", "# at most", "#WORDS=a,b"),
        ("# ---- Watching", "# needed", "KEY="),
        ("# ---- Watching", "# without it: f'of {URL}'", "#HOST="),
    ]
