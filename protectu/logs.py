"""Logs without people in them."""

import logging
from types import TracebackType

# PostgreSQL and psycopg put the refused row's values behind these words.
REVEALING = ("DETAIL:", "Failing row contains", "CONTEXT:")


class NeutralFormatter(logging.Formatter):
    """Leaves out the lines of an error in which the database quotes a row."""

    def formatException(  # noqa: N802 - the name that the library calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        lines = super().formatException(ei).splitlines()
        return "\n".join(line for line in lines if not line.strip().startswith(REVEALING))
