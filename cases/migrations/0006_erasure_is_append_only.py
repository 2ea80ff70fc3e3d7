"""The app's role may add to the ledger of erasures and read it; it may not change, delete or empty it."""

from django.conf import settings
from django.db import migrations


def _for_app_role(statement):
    """Where a deployment has no such role (one role does all), there is nothing to take away."""

    def apply(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_APP_ROLE])
            if cursor.fetchone():
                cursor.execute(statement.format(role=schema_editor.quote_name(settings.DATABASE_APP_ROLE)))

    return apply


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_erasure")]

    operations = [
        migrations.RunPython(
            _for_app_role("REVOKE UPDATE, DELETE, TRUNCATE ON cases_erasure FROM {role}"),
            _for_app_role("GRANT UPDATE, DELETE ON cases_erasure TO {role}"),
        )
    ]
