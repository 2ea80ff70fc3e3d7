"""Locks by a name, for what has no row yet that could be locked."""

from django.db import connection


def one_at_a_time(key: str) -> None:
    """Make others with the same key wait here until this transaction ends. Give a digest: PostgreSQL may log it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
