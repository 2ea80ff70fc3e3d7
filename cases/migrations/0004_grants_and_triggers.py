"""History is only added to. The history of a canary may be removed; and no case becomes a canary afterwards."""

from django.conf import settings
from django.db import migrations

HISTORY = "cases_caseevent, cases_accessevent, cases_erasure, cases_ringchange, cases_ringdecision"

CANARY_IS_FOR_EVER = """
CREATE FUNCTION cases_canary_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a case is a canary from its first moment or never' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER cases_case_canary_is_for_ever BEFORE UPDATE ON cases_case
    FOR EACH ROW WHEN (OLD.is_canary IS DISTINCT FROM NEW.is_canary) EXECUTE FUNCTION cases_canary_is_for_ever();
"""
CANARY_MAY_CHANGE = """
DROP TRIGGER cases_case_canary_is_for_ever ON cases_case;
DROP FUNCTION cases_canary_is_for_ever();
"""
# It runs with the rights of its owner, who may remove lines of the history.
FORGET_CANARY = """
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


def for_app_role(statement):
    """Where a deployment has no such role (one role does all), there is nothing to give or to take away."""

    def apply(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_APP_ROLE])
            if cursor.fetchone():
                cursor.execute(statement.format(role=schema_editor.quote_name(settings.DATABASE_APP_ROLE)))

    return apply


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_constraints_and_indexes")]
    operations = [
        migrations.RunPython(
            for_app_role(f"REVOKE UPDATE, DELETE, TRUNCATE ON {HISTORY} FROM {{role}}"),
            for_app_role(f"GRANT UPDATE, DELETE ON {HISTORY} TO {{role}}"),
        ),
        migrations.RunSQL(CANARY_IS_FOR_EVER, CANARY_MAY_CHANGE),
        migrations.RunSQL(FORGET_CANARY, "DROP FUNCTION cases_forget_canary(bigint)"),
        migrations.RunPython(
            for_app_role("GRANT EXECUTE ON FUNCTION cases_forget_canary(bigint) TO {role}"),
            for_app_role("REVOKE EXECUTE ON FUNCTION cases_forget_canary(bigint) FROM {role}"),
        ),
    ]
