"""One thing at a time, where there is no row yet that could be locked."""

from django.db import connection


def one_at_a_time(key: str) -> None:
    """Until the end of the transaction, others with this key wait here. Give a digest: PostgreSQL may log it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
