"""The key in a page: ours or nothing, and an exercise only when we made it one."""

import pytest
from django.core import signing

from cases.privacy import submissions


def test_a_key_is_read_back_and_each_page_has_its_own():
    first, second = submissions.new_key(), submissions.new_key()

    assert submissions.read_key(first) == (first.split(":")[0], False)
    assert submissions.read_key(first) != submissions.read_key(second)


def test_an_exercise_key_says_so():
    key, is_exercise = submissions.read_key(submissions.new_exercise_key())

    assert key
    assert is_exercise is True


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "exercise", "ก:ข:ค", "\x00", "\ud800:1:2", "9" * 100_000])
def test_anything_that_we_did_not_sign_is_no_key(text):
    assert submissions.read_key(text) == ("", False)


def test_nobody_turns_a_public_key_into_an_exercise():
    key = submissions.new_key()
    forged = signing.TimestampSigner(key="a guess at the secret" * 3, salt="exercise").sign("abc")

    assert submissions.read_key(key)[1] is False
    assert submissions.read_key(forged) == ("", False)
    assert submissions.read_key(key.replace("submission", "exercise") + "x") == ("", False)


def test_a_page_that_lay_open_for_a_day_is_still_read(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.0)
    old = submissions.new_key()
    monkeypatch.undo()

    assert submissions.read_key(old)[0]
