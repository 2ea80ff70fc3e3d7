"""A template is made once, and anew when what it was made of has changed; copies go with their process."""

import os

import pytest

from tests.databases import Databases


@pytest.fixture
def databases(monkeypatch):
    """Those of the tests' cluster. What would be run in a template is noted, not run."""
    databases = Databases(os.environ["DATABASE_URL"])
    databases.run = []
    monkeypatch.setattr(databases, "_manage", lambda name, command: databases.run.append(command))
    yield databases
    for name in databases.names():
        if "probe" in name:
            databases.drop(name)


def test_a_template_is_made_once(databases):
    for _ in range(2):
        databases._template("template_probe_1", [["migrate"]])

    assert databases.run == [["migrate"]]
    assert "template_probe_1" in databases.names()


def test_a_template_is_made_anew_when_its_digest_is_another_and_the_old_one_goes(databases):
    databases._template("template_probe_1", [["migrate"]])
    databases._template("template_probe_2", [["migrate"]])

    assert databases.run == [["migrate"], ["migrate"]]
    assert {name for name in databases.names() if "probe" in name} == {"template_probe_2"}


def test_what_a_process_that_is_there_no_more_left_behind_is_dropped(databases):
    left, ours = "test_999999999_probe", f"test_{os.getpid()}_probe"
    for name in (left, ours):
        databases.copy("template_portal", name)

    databases.drop_left_behind()

    assert ours in databases.names()
    assert left not in databases.names()


def test_a_database_is_dropped_while_somebody_is_in_it(databases):
    name = f"test_{os.getpid()}_probe"
    databases.copy("template_portal", name)
    with databases.connect(name):
        databases.drop(name)

    assert name not in databases.names()
