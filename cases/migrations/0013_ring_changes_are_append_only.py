"""The app's role may propose and decide about rings, and read it; it may not change what was proposed or decided."""

from django.conf import settings
from django.db import migrations

HISTORY = ["cases_ringchange", "cases_ringdecision"]


def _for_app_role(statement):
    """Where a deployment has no such role (one role does all), there is nothing to take away."""

    def apply(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_APP_ROLE])
            if cursor.fetchone():
                role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
                for table in HISTORY:
                    cursor.execute(statement.format(table=table, role=role))

    return apply


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_tasks_and_calls")]

    operations = [
        migrations.RunPython(
            _for_app_role("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}"),
            _for_app_role("GRANT UPDATE, DELETE ON {table} TO {role}"),
        )
    ]
