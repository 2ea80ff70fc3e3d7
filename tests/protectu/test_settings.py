"""Secrets come from the environment, and a missing one stops the start."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

SECRETS = ["SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PUBLIC_URL"]
# Imports Django once; each line on its input is an environment, for which a child of its own starts the portal.
STARTS = """
import json, os, sys, traceback
import celery, django.core.management, django.db.models, environ, psycopg
for line in sys.stdin:
    reading, writing = os.pipe()
    if not os.fork():
        os.dup2(writing, 2)
        os.environ.clear()
        os.environ.update(json.loads(line))
        try:
            django.core.management.execute_from_command_line(["manage.py", "check"])
            code = 0
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stderr.flush()
        os._exit(code)
    os.close(writing)
    said = open(reading).read()
    print(json.dumps([os.waitstatus_to_exitcode(os.wait()[1]), said]), flush=True)
"""
Start = Callable[[dict[str, str]], tuple[int, str]]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts the portal with an environment; gives the exit code and what it said."""
    program = [sys.executable, "-c", STARTS]
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with subprocess.Popen(program, env=bare, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        asked, answered = starter.stdin, starter.stdout
        assert asked
        assert answered

        def start(environment: dict[str, str]) -> tuple[int, str]:
            asked.write(json.dumps({"DJANGO_SETTINGS_MODULE": "protectu.settings", **environment}) + "\n")
            asked.flush()
            code, said = json.loads(next(line for line in answered if line.startswith("[")))
            return code, said

        yield start
        asked.close()


def test_with_all_that_it_needs_it_starts(start):
    code, said = start(dict(os.environ))

    assert (code, "Error" in said) == (0, False), said


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_setting_stops_the_start_and_is_named(start, name):
    code, said = start({key: value for key, value in os.environ.items() if key != name})

    assert code != 0
    assert name in said


def test_a_heartbeat_that_is_not_https_stops_the_start(start):
    code, said = start({**os.environ, "HEARTBEAT_URL": "http://watcher.example/beat"})

    assert code != 0
    assert "HEARTBEAT_URL must begin with https://" in said


@pytest.mark.parametrize("number", ["call us", "+66 2 000", "tel:191", "1"])
def test_a_number_for_text_messages_that_no_phone_understands_stops_the_start(start, number):
    code, said = start({**os.environ, "PUBLIC_TEXT_NUMBER": number})

    assert code != 0
    assert "PUBLIC_TEXT_NUMBER" in said
