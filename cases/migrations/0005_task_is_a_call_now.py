"""What a red case asks for is called what it is: a call to make now. Nothing else changes."""

from django.db import migrations
from django.db.migrations import AddConstraint, AlterField, RemoveConstraint, RenameIndex, RenameModel
from django.db.models import CASCADE, CheckConstraint, ForeignKey, Q, UniqueConstraint

ONE_OPEN = {"fields": ("case", "kind"), "condition": Q(done_at__isnull=True)}
DONE_HAS_RESULT = Q(done_at__isnull=True, done_by__isnull=True, result="") | Q(done_at__isnull=False) & ~Q(result="")


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_grants_and_triggers")]
    operations = [
        RenameModel("Task", "CallNow"),
        AlterField("callnow", "case", ForeignKey("cases.case", CASCADE, related_name="calls_to_make")),
        RemoveConstraint("callnow", "cases_task_one_open_of_a_kind"),
        AddConstraint("callnow", UniqueConstraint(name="cases_callnow_one_open_of_a_kind", **ONE_OPEN)),
        RemoveConstraint("callnow", "cases_task_done_has_result"),
        AddConstraint("callnow", CheckConstraint(name="cases_callnow_done_has_result", condition=DONE_HAS_RESULT)),
        RenameIndex("callnow", "cases_callnow_to_do", old_name="cases_task_to_do"),
    ]
