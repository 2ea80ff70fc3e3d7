"""How long a process waits for PostgreSQL: one that is frozen refuses nothing and answers nothing."""

from typing import Any, ClassVar

import psycopg
from psycopg import errors

WEB_SECONDS = 5.0  # of one statement; a page that needs longer is of no use to anybody


class PatientConnection(psycopg.Connection[Any]):
    """Given up, and closed, once a statement has taken longer than `patience` seconds. None: it may take its time."""

    patience: ClassVar[float | None] = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None or self.patience is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except errors._WaitTimeout as error:
            self.pgconn.finish()  # the answer may still come, and would be taken for that of the next statement
            raise psycopg.OperationalError("no answer in time") from error
