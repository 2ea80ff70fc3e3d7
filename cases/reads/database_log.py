"""Would PostgreSQL write what people told us into its own log?"""

from django.db import connection

# What keeps values out of the log, as ./portal and ops/ set it; a test compares.
QUIET = {
    "log_error_verbosity": "terse",  # no row that was refused, and no statement of another one in a deadlock
    "log_min_error_statement": "panic",  # no statement that failed
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
}
UNLESS_LOADED = {"auto_explain.log_min_duration": "-1", "pgaudit.log": "none"}  # where these are loaded


def loud() -> list[str]:
    """Return the settings of PostgreSQL, as our role has them, that put statements or rows into its log."""
    wanted = {**QUIET, **UNLESS_LOADED}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name, true) FROM unnest(%s::text[]) AS asked(name)", [list(wanted)]
        )
        found = dict(cursor.fetchall())
    return sorted(f"{name}={value}" for name, value in found.items() if value not in (wanted[name], None, ""))
