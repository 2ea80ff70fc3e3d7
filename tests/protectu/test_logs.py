"""No row of a person, and nothing that a person wrote, ends up in a log."""

import asyncio
import logging
import subprocess
import sys
import threading

import pytest
from celery.app.trace import LOG_FAILURE
from django.db import DatabaseError, IntegrityError, connection, transaction

from cases.models import Report
from protectu import logs
from protectu.logs import NeutralFormatter
from tests.stack import ROOT

WORDS = "they lock the door at night"


def formatted(error: BaseException, message: str = "refused", *args: object, name: str = "portal") -> str:
    what = (type(error), error, error.__traceback__)
    return NeutralFormatter().format(logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, what))


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.mark.django_db
def test_a_refused_row_is_not_quoted(alert):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Report.objects.update(kind="PANIC")
    assert alert.reference in str(refused.value)

    text = formatted(refused.value)

    assert "CheckViolation: 23514 cases_report cases_report_kind_known" in text
    assert "test_logs.py" in text
    assert alert.reference not in text


@pytest.mark.django_db
def test_a_statement_that_cannot_be_read_is_not_quoted():
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s WHERE no_such_column", [WORDS])
    assert WORDS in str(refused.value)

    text = formatted(refused.value)

    assert "UndefinedColumn: 42703" in text
    assert WORDS not in text


@pytest.mark.django_db
def test_what_postgresql_says_of_the_machine_is_kept():
    soon = "SET LOCAL statement_timeout = 1; SELECT pg_sleep(60)"

    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(soon)

    assert "57014 canceling statement due to statement timeout" in formatted(refused.value)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"could not convert string to float: {WORDS!r}"),
        KeyError(WORDS),
        UnicodeEncodeError("ascii", WORDS, 0, 1, "ordinal not in range"),
        ExceptionGroup("several", [ValueError(WORDS), OSError(28, "No space left on device", WORDS)]),
    ],
)
def test_an_error_is_named_with_its_place_and_not_quoted(error):
    text = formatted(raised(error), "failed: %s", error)

    assert f"failed: {type(error).__name__}" in text
    assert "raise error" in text
    assert WORDS not in text


def test_what_led_to_an_error_is_named_too():
    try:
        try:
            raise ValueError(WORDS)
        except ValueError as first:
            raise RuntimeError(WORDS) from first
    except RuntimeError as error:
        text = formatted(error)

    assert text.index("ValueError") < text.index("... which led to:") < text.index("RuntimeError")
    assert WORDS not in text


def test_what_a_programmer_needs_is_kept():
    assert "AttributeError: 'NoneType' object has no attribute 'point'" in formatted(
        raised(AttributeError("'NoneType' object has no attribute 'point'"))
    )
    assert "OSError: No space left on device" in formatted(raised(OSError(28, "No space left on device", WORDS)))


def test_a_task_that_fails_does_not_quote_its_error():
    error = raised(ValueError(WORDS))
    context = {"name": "deliver", "id": "1", "description": "raised unexpected", "exc": repr(error)}

    text = formatted(error, LOG_FAILURE, context, name="celery.app.trace")

    assert "Task deliver[1] raised unexpected: ValueError" in text
    assert WORDS not in text


def test_a_task_of_asyncio_whose_error_nobody_took_is_not_quoted(caplog):
    loop = asyncio.new_event_loop()
    loop.default_exception_handler({"message": "never retrieved", "future": WORDS, "exception": ValueError(WORDS)})
    loop.close()
    [record] = caplog.records

    text = NeutralFormatter().format(record)

    assert text.startswith("never retrieved")
    assert WORDS not in text


@pytest.mark.parametrize(
    ("path", "said"), [("/a/s3cr3t_T0ken/", "/a/.../"), ("/hooks/sms/s3cr3t_T0ken/", "/hooks/sms/.../")]
)
def test_the_token_in_an_address_is_not_written_down(path, said):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Gone: %s", (path,), None)

    assert NeutralFormatter().format(record) == f"Gone: {said}"


def test_an_error_that_ends_a_thread_or_the_process_is_not_quoted(monkeypatch, capsys, caplog):
    for hook in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, hook, getattr(sys, hook))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    error = raised(ValueError(WORDS))
    logs.take_over_last_words("web")

    sys.excepthook(ValueError, error, error.__traceback__)
    threading.excepthook(threading.ExceptHookArgs((ValueError, error, error.__traceback__, None)))

    said = [NeutralFormatter().format(record) for record in caplog.records]
    assert len(said) == 2
    assert all("ValueError" in text and WORDS not in text for text in said)
    assert WORDS not in capsys.readouterr().err


SHOW_HANDLERS = """
import logging
from {module} import {name} as started
{then}
for name in ("", "uvicorn", "uvicorn.error", "celery", "celery.app.trace", "celery.beat", "django.request"):
    logger, handlers = logging.getLogger(name), []
    while logger:
        handlers += logger.handlers
        logger = logger.parent if logger.propagate else None
    # Of Django's own, one writes with DEBUG alone and one to ADMINS, of whom there are none.
    others = ("NullHandler", "AdminEmailHandler")
    ours = [one for one in handlers if type(one).__name__ not in others and not one.filters]
    print(name, [type(handler.formatter).__name__ for handler in ours])
"""


@pytest.mark.parametrize(
    ("module", "name", "then"),
    [
        ("uvicorn", "Config", "started('protectu.asgi:application').load()"),
        ("protectu.celery", "app", "import django; django.setup(); started.log.setup(loglevel='WARNING')"),
    ],
)
def test_whatever_a_process_starts_with_its_logs_are_the_portals(module, name, then):
    program = SHOW_HANDLERS.format(module=module, name=name, then=then)

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert {line.partition(" ")[2] for line in done.stdout.splitlines()} == {"['NeutralFormatter']"}


def test_nobody_writes_down_who_asked_for_what():
    program = """
import logging
from uvicorn import Config
Config("protectu.asgi:application", access_log=False, log_level="warning").load()
access = logging.getLogger("uvicorn.access")
print(access.handlers, access.propagate, access.isEnabledFor(logging.ERROR))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "[] False False\n"
