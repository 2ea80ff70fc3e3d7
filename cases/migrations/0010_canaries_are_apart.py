"""The history of a canary may be removed, of nothing else; and nothing becomes a canary afterwards."""

from django.conf import settings
from django.db import migrations

APART = """
CREATE FUNCTION cases_canary_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a case is a canary from its first moment or never' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER cases_case_canary_is_for_ever BEFORE UPDATE ON cases_case
    FOR EACH ROW WHEN (OLD.is_canary IS DISTINCT FROM NEW.is_canary) EXECUTE FUNCTION cases_canary_is_for_ever();

-- Runs with the rights of its owner, who may remove lines of the history.
CREATE FUNCTION cases_forget_canary(canary bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM cases_accessevent AS access USING cases_case AS c
        WHERE c.id = canary AND c.is_canary
        AND (access.case_id = c.id
            OR access.report_id IN (SELECT id FROM cases_report WHERE case_id = c.id)
            OR access.dispatch_id IN (SELECT id FROM cases_dispatch WHERE case_id = c.id));
    DELETE FROM cases_caseevent AS event USING cases_case AS c WHERE c.id = canary AND c.is_canary AND event.case_id = c.id;
$$;
REVOKE EXECUTE ON FUNCTION cases_forget_canary(bigint) FROM PUBLIC;
"""
TOGETHER = """
DROP FUNCTION cases_forget_canary(bigint);
DROP TRIGGER cases_case_canary_is_for_ever ON cases_case;
DROP FUNCTION cases_canary_is_for_ever();
"""


def allow_app_role(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_APP_ROLE])
        if cursor.fetchone():
            role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
            cursor.execute(f"GRANT EXECUTE ON FUNCTION cases_forget_canary(bigint) TO {role}")


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_canary")]

    operations = [
        migrations.RunSQL(APART, TOGETHER),
        migrations.RunPython(allow_app_role, migrations.RunPython.noop),
    ]
