"""The stage of a case comes back with the verb that changes it; until then every case had the first one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_note_event_always")]
    operations = [migrations.RemoveField("case", "stage")]
