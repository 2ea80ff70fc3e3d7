"""A note points to the line of the history that records it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_task_is_a_call_now")]
    operations = [
        migrations.AddField(
            "note",
            "event",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="note", to="cases.caseevent"
            ),
        ),
    ]
