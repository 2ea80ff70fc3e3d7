"""Whether this process still gets connections to the database."""

from typing import Any

import psycopg
from django.db import connections
from psycopg_pool import PoolTimeout

from protectu.patience import PatientConnection

WAIT_SECONDS = 0.5
ASK_SECONDS = 2  # for a connection beside the pool; libpq knows no shorter time


def is_exhausted() -> bool:
    """Say whether the pool gives no connection although the database would: then only a restart helps.

    The lanes leave one connection to whoever asks this. While the database is lost or frozen nobody gets any, and a
    restart would not help: the answer is no. Where commits wait for a standby, a restart would leave them behind.
    """
    if PatientConnection.left:
        return False
    pool: Any = connections["default"].pool  # type: ignore[attr-defined]  # Django's stubs know no PostgreSQL
    stats = pool.get_stats()
    if stats.get("pool_available") or stats.get("pool_size", 0) < pool.max_size:
        return False
    try:
        pool.putconn(pool.getconn(timeout=WAIT_SECONDS))
    except PoolTimeout:
        return _is_there()
    return False


def _is_there() -> bool:
    asked = connections["default"].get_connection_params()
    for name in ("cursor_factory", "context", "pool"):
        asked.pop(name, None)
    try:
        psycopg.connect(**asked | {"connect_timeout": ASK_SECONDS}).close()
    except psycopg.Error:
        return False
    return True
