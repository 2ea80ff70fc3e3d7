from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the outbox goes on being written while the indexes are built

    dependencies = [("agencies", "0012_sent_again_without_receipts")]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=~models.Q(provider_id=""),
                fields=["transport", "provider_id"],
                name="agencies_notification_receipt",
            ),
        ),
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(state="SENT") & ~models.Q(body=""),
                fields=["sent_at"],
                name="agencies_notification_legible",
            ),
        ),
    ]
