"""Secrets come from the environment, and a missing one stops the start."""

import os
import subprocess
import sys

import pytest

SECRETS = ["SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PUBLIC_URL"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_setting_stops_the_start_and_is_named(name):
    environment = {key: value for key, value in os.environ.items() if key != name}

    start = subprocess.run([sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True)

    assert start.returncode != 0
    assert name in start.stderr


def test_a_heartbeat_that_is_not_https_stops_the_start():
    environment = {**os.environ, "HEARTBEAT_URL": "http://watcher.example/beat"}

    start = subprocess.run([sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True)

    assert start.returncode != 0
    assert "HEARTBEAT_URL must begin with https://" in start.stderr


@pytest.mark.parametrize("number", ["call us", "+66 2 000", "tel:191", "1"])
def test_a_number_for_text_messages_that_no_phone_understands_stops_the_start(number):
    environment = {**os.environ, "PUBLIC_TEXT_NUMBER": number}

    start = subprocess.run([sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True)

    assert start.returncode != 0
    assert "PUBLIC_TEXT_NUMBER" in start.stderr
