"""No note without its line of the history."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_note_event_found")]
    operations = [
        migrations.AlterField(
            "note",
            "event",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="note", to="cases.caseevent"
            ),
        ),
    ]
