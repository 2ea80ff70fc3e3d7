"""How long a process waits for PostgreSQL: a frozen database refuses nothing and answers nothing."""

from typing import Any, ClassVar

import psycopg
from psycopg import errors

WEB_SECONDS = 5.0  # for one statement; nobody waits longer for a page


class PatientConnection(psycopg.Connection[Any]):
    """Fails and closes when a statement takes longer than `patience` seconds. None: it waits."""

    patience: ClassVar[float | None] = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None or self.patience is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except errors._WaitTimeout as error:
            self.pgconn.finish()  # a late answer would be taken for the answer to the next statement
            raise psycopg.OperationalError("no answer in time") from error
