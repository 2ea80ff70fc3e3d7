from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the outbox goes on being written while the index is built

    dependencies = [("agencies", "0002_contact_point_transports")]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("state__in", ["QUEUED", "SENDING"])),
                fields=["transport", "due_at"],
                name="agencies_notification_owed_by",
            ),
        ),
        RemoveIndexConcurrently(model_name="notification", name="agencies_notification_owed"),
    ]
