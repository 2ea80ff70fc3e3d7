"""A cleaner that an attacker took over can do nothing, and is not believed."""

import errno
import json

import pytest

from cases.privacy.cleaning import apart
from tests import files


def test_a_cleaner_that_was_taken_over_calls_nobody_opens_nothing_and_knows_no_secret(monkeypatch):
    monkeypatch.setenv("FIELD_KEYS", "a secret")
    monkeypatch.setattr(apart, "CLEANER", "tests.cases.privacy.cleaning.nosy")

    said = json.loads(apart.clean("PDF", b"").content.removeprefix(b"%PDF-"))

    assert set(said["tried"].values()) == {errno.EPERM}
    assert said["environment"] == {"LC_ALL": "C.UTF-8"}


def test_a_cleaner_that_hands_out_something_else_is_not_believed(monkeypatch):
    monkeypatch.setattr(apart, "CLEANER", "tests.cases.privacy.cleaning.nosy")

    with pytest.raises(apart.Broke):
        apart.clean("PHOTO", b"")


def test_without_walls_nothing_is_cleaned(monkeypatch):
    monkeypatch.setattr(apart, "CLEANER", "tests.cases.privacy.cleaning.no_walls")

    with pytest.raises(apart.NoSandbox):
        apart.clean("PHOTO", files.photo())
