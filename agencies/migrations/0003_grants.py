"""The app's role may add to the directory's history and read it; it may not change, delete or empty it."""

from django.conf import settings
from django.db import migrations


def for_app_role(statement):
    """Where a deployment has no such role (one role does all), there is nothing to take away."""

    def apply(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_APP_ROLE])
            if cursor.fetchone():
                cursor.execute(statement.format(role=schema_editor.quote_name(settings.DATABASE_APP_ROLE)))

    return apply


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_constraints_and_indexes")]
    operations = [
        migrations.RunPython(
            for_app_role("REVOKE UPDATE, DELETE, TRUNCATE ON agencies_directoryevent FROM {role}"),
            for_app_role("GRANT UPDATE, DELETE ON agencies_directoryevent TO {role}"),
        )
    ]
