"""Logs that contain nothing about persons."""

import logging
import re
from types import TracebackType

# After these words PostgreSQL and psycopg quote the values of a refused row.
REVEALING = ("DETAIL:", "Failing row contains", "CONTEXT:")
# Django logs the address of each refused request, and this one opens a case.
TOKEN = re.compile(r"/a/[^/\s]+")


class NeutralFormatter(logging.Formatter):
    """Removes the token of an acknowledgement link, and the lines in which the database quotes a row."""

    def format(self, record: logging.LogRecord) -> str:
        return TOKEN.sub("/a/...", super().format(record))

    def formatException(  # noqa: N802 - the name that the library calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        lines = super().formatException(ei).splitlines()
        return "\n".join(line for line in lines if not line.strip().startswith(REVEALING))
