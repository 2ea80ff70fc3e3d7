from django.db import migrations


def to_sent(apps, schema_editor):
    """The release before knows no DELIVERED."""
    notifications = apps.get_model("agencies", "Notification").objects
    notifications.filter(state="DELIVERED").update(state="SENT", delivered_at=None)


class Migration(migrations.Migration):
    """Nothing to do on the way there."""

    dependencies = [("agencies", "0011_receipts")]

    operations = [migrations.RunPython(migrations.RunPython.noop, to_sent)]
