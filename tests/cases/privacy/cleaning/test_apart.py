"""A cleaner that an attacker took over can do nothing, and is not believed."""

import errno
import json
import signal
import subprocess
import sys

import pytest

from cases.privacy.cleaning import apart
from cases.privacy.cleaning.made import TOO_LARGE, Refused
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


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_cleaner_that_is_ended_by_a_signal_says_nothing_about_the_file(monkeypatch, how):
    monkeypatch.setattr(apart, "_command", lambda arguments: ["/bin/sh", "-c", f"kill -{int(how)} $$"])

    with pytest.raises(apart.Killed, match=str(int(how))):
        apart.clean("PHOTO", files.photo())


@pytest.mark.parametrize("how", [signal.SIGXCPU, signal.SIGXFSZ])
def test_a_file_that_uses_up_what_it_may_is_too_large(monkeypatch, how):
    monkeypatch.setattr(apart, "_command", lambda arguments: ["/bin/sh", "-c", f"kill -{int(how)} $$"])

    with pytest.raises(Refused) as no:
        apart.clean("PHOTO", files.photo())

    assert no.value.reason == TOO_LARGE


def test_the_time_of_the_processor_ends_with_a_signal_of_its_own():
    program = """
from cases.privacy.cleaning import sandbox
sandbox.SECONDS["PHOTO"] = 1
sandbox.limit("PHOTO")
while True:
    pass
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=apart.ROOT)

    assert done.returncode == -signal.SIGXCPU
