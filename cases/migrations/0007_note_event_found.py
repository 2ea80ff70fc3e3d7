"""Notes written before find their line as the timeline did: the same case, hand and microsecond."""

from django.db import migrations

FIND = """
    UPDATE cases_note AS note SET event_id = event.id FROM cases_caseevent AS event
    WHERE event.case_id = note.case_id AND event.officer_id = note.by_id AND event.at = note.at
        AND event.kind = ANY (CASE WHEN note.call_result = '' THEN ARRAY['NOTED', 'CLOSED'] ELSE ARRAY['CALLED'] END)
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_note_event")]
    operations = [migrations.RunSQL(FIND, migrations.RunSQL.noop)]
