"""The rows of one alert as SQL, copied from a case that the portal has just made.

So a column, a row or an index that is added to the portal is added to the floor and to the old rows too.
"""

from collections.abc import Iterator

from psycopg import Connection, sql

_DISPATCHES = "SELECT id FROM cases_dispatch WHERE case_id = {case}"
# In an order in which they may be inserted, each with the condition that finds the rows of the case.
TABLES = {
    "cases_case": "id = {case}",
    "cases_report": "case_id = {case}",
    "cases_position": "report_id IN (SELECT id FROM cases_report WHERE case_id = {case})",
    "cases_dispatch": "case_id = {case}",
    "cases_acknowledgementlink": f"dispatch_id IN ({_DISPATCHES})",
    "agencies_notification": "id IN (SELECT notification_id FROM cases_dispatch_notifications "
    f"WHERE dispatch_id IN ({_DISPATCHES}))",
    "cases_dispatch_notifications": f"dispatch_id IN ({_DISPATCHES})",
    "cases_caseevent": "case_id = {case}",
}
STRIDE = 1000  # between the ids of one copy and the next; those of the copied case lie closer together
BEYOND = 10**12  # where the portal's own ids go on, above all copies
NUMBERS = {"id", "case_id", "report_id", "dispatch_id", "notification_id"}
# Must differ from row to row. {id} is the new row's number.
FRESH = {
    "reference": "to_char({id} / 1000, 'FM000000000')",
    "submission_digest": "md5({id}::text) || md5('s' || {id})",
    "payload_digest": "md5({id}::text) || md5('p' || {id})",
    "token_digest": "md5({id}::text) || md5('t' || {id})",
    "dedupe_key": "'dispatch/' || {id} || '/20260101T000000000000>' || {id}",
    "idempotency_key": "gen_random_uuid()",
}
_A_YEAR_AGO = "now() - interval '1 year' + {i} * interval '5 minutes'"
# What became of an old one: told, held, closed.
OLD = {
    "cases_case": {
        "closed_at": "now()",
        "closure_reason": "'HELPED'",
        "next_ring_at": "NULL",
        "opened_at": _A_YEAR_AGO,
    },
    "cases_report": {"settled_at": "now()", "received_at": _A_YEAR_AGO},
    "cases_position": {"point": "ST_MakePoint(98 + 7 * random(), 6 + 14 * random())::geography"},
    "cases_dispatch": {"ended_at": "now()", "asked_at": _A_YEAR_AGO},
    "agencies_notification": {
        "state": "'SENT'",
        "sent_at": "now()",
        "body": "''",
        "lease_token": "NULL",
        "leased_until": "NULL",
    },
}


def fill(connection: Connection, *, case: int, reports: int) -> None:
    """`reports` old alerts of the last year, with all that belongs to them."""
    for table, where in TABLES.items():
        columns = _columns(connection, table)
        values = [_value(column, f"t.{column}", own="t.id", i="i") for column in columns]
        olds = OLD.get(table, {})
        values = [olds.get(column, value).format(i="i") for column, value in zip(columns, values, strict=True)]
        connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
            f"FROM (SELECT * FROM {table} WHERE {where.format(case=case)}) t, generate_series(1, {reports}) i"
        )
        connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {BEYOND})")
    connection.execute("VACUUM ANALYZE")


def inserts(connection: Connection, *, case: int, i: str) -> Iterator[str]:
    """One INSERT a table, all values written out; `i` numbers the alert."""
    for table, where in TABLES.items():
        columns = _columns(connection, table)
        as_text = ", ".join(f"{column}::text" for column in columns)
        rows = connection.execute(f"SELECT {as_text} FROM {table} WHERE {where.format(case=case)}").fetchall()
        own = columns.index("id")
        lines = [
            ", ".join(
                _value(column, sql.Literal(text).as_string(connection), own=row[own], i=i)
                for column, text in zip(columns, row, strict=True)
            )
            for row in rows
        ]
        yield f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join(f'({line})' for line in lines)};"


def _columns(connection: Connection, table: str) -> list[str]:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"
    return [name for [name] in connection.execute(query, [table]).fetchall()]


def _value(column: str, value: str, *, own: str, i: str) -> str:
    if column in NUMBERS and value != "NULL":
        return f"{value.strip(chr(39))} + {i}::bigint * {STRIDE}"
    return FRESH.get(column, value).format(id=f"({own} + {i}::bigint * {STRIDE})") if column in FRESH else value
