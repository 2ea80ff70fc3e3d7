from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the outbox goes on being written while the indexes are built

    dependencies = [("agencies", "0016_gathering")]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", False)),
                fields=["contact_point", "sent_at"],
                name="agencies_notification_told",
            ),
        ),
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", False), ("transport__in", ["SMS", "LINE"])),
                fields=["transport", "sent_at"],
                name="agencies_notification_spent",
            ),
        ),
    ]
