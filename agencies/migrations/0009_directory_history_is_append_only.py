"""The app's role may add to the directory's history and read it; it may not change, delete or empty it."""

from django.conf import settings
from django.db import migrations

TABLE = "agencies_directoryevent"


def _for_app_role(statement):
    """Where a deployment has no such role (one role does all), there is nothing to take away."""

    def apply(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_APP_ROLE])
            if cursor.fetchone():
                role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
                cursor.execute(statement.format(table=TABLE, role=role))

    return apply


class Migration(migrations.Migration):
    dependencies = [("agencies", "0008_known_contact_points_count")]

    operations = [
        migrations.RunPython(
            _for_app_role("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}"),
            _for_app_role("GRANT UPDATE, DELETE ON {table} TO {role}"),
        )
    ]
