"""Logs that contain nothing about persons: where something failed, what kind of failure it was, never with what."""

import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError

logger = logging.getLogger(__name__)

# Django logs the address of each refused request: the first opens a case, the second speaks for a provider.
TOKEN = re.compile(r"/(a|hooks/sms)/[^/\s]+")
# Errors whose words are the programmer's own. Those of others may quote what a person wrote.
OURS = (AttributeError, NameError, ImportError, ImproperlyConfigured, TemplateDoesNotExist, TemplateSyntaxError)
# Classes of SQLSTATE whose words are about the machine: connections, deadlocks, disks, locks, operators, the system.
OF_THE_MACHINE = ("08", "28", "40", "53", "55", "57", "58")
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class NeutralFormatter(logging.Formatter):
    """Leaves out what an error quotes, and the token of an acknowledgement link. Times are UTC."""

    converter: Callable[[float | None], time.struct_time] = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        return TOKEN.sub(r"/\1/...", super().format(_neutral(record)))

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - the name that the library calls
        return "".join(_lines(ei[1])).rstrip() if ei[1] else ""


def said_of(error: BaseException) -> str:
    """Return the kind of error, and of its words those that cannot quote a person."""
    kind = type(error).__qualname__
    if isinstance(error, psycopg.Error):
        words = " ".join(filter(None, _said_by_postgresql(error)))
    elif isinstance(error, OSError):
        words = error.strerror or ""
    else:
        words = str(error) if isinstance(error, OURS) else ""
    return f"{kind}: {words}" if words else kind


def _said_by_postgresql(error: psycopg.Error) -> Iterator[str | None]:
    if error.sqlstate is None:  # libpq's own words, about the connection
        yield str(error).partition("\n")[0]
        return
    yield from (error.sqlstate, error.diag.table_name, error.diag.constraint_name)
    if error.sqlstate.startswith(OF_THE_MACHINE):
        yield error.diag.message_primary


def _neutral(record: logging.LogRecord) -> logging.LogRecord:
    """Return a copy in which errors among the arguments are named and not quoted."""
    copy = logging.makeLogRecord(record.__dict__)
    error = record.exc_info[1] if record.exc_info else None
    copy.exc_text = None
    if isinstance(record.args, dict):  # Celery quotes the error of a task in a text of its own
        quoted = {"exc": said_of(error) if error else "an error"} if "exc" in record.args else {}
        copy.args = {**record.args, **quoted}
    elif record.args:
        copy.args = tuple(said_of(part) if isinstance(part, BaseException) else part for part in record.args)
    if record.name == "asyncio":  # its next lines show tasks with the errors in them
        copy.msg = str(record.msg).partition("\n")[0]
    return copy


def _lines(error: BaseException) -> Iterator[str]:
    """Each error of the chain, the first one first: where it came from, and what kind it is."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _lines(cause)
        yield "... which led to:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{said_of(error)}\n"
    for part in getattr(error, "exceptions", ()):  # of a group
        yield from _lines(part)


def take_over_last_words(_process: str) -> None:
    """Have errors that end a process or a thread written as all others are. Python would quote them."""
    sys.excepthook = _end_of_process
    threading.excepthook = _end_of_thread
    sys.unraisablehook = _ignored


def _end_of_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logger.critical("the process ends", exc_info=(kind, error, trace))


def _end_of_thread(args: Any) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        logger.critical("a thread ends", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))


def _ignored(args: Any) -> None:
    if args.exc_value is not None:
        logger.error("an error was ignored", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
