"""The task to call now, and calls by any means to anybody."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0010_agency_is_canary"),
        ("cases", "0011_ring_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("CALL_NOW", "call now")], max_length=10)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ACKNOWLEDGED", "somebody took it up"),
                            ("HELD", "the case is held"),
                            ("CLOSED", "the case was closed"),
                            ("REACHED", "somebody was reached and sees to it"),
                            ("NOBODY", "nobody could be reached"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="note",
            name="cases_note_is_words_or_a_call",
        ),
        migrations.AddField(
            model_name="note",
            name="answered_by",
            field=vault.fields.EncryptedTextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="note",
            name="called_agency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="called_number",
            field=models.CharField(blank=True, db_default="", max_length=30),
        ),
        migrations.AddField(
            model_name="note",
            name="means",
            field=models.CharField(
                blank=True,
                choices=[("PHONE", "by telephone"), ("RADIO", "by radio"), ("IN_PERSON", "in person")],
                db_default="",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("OPENED", "opened"),
                    ("REPORT_JOINED", "report joined"),
                    ("PLACE_ADDED", "place added"),
                    ("MESSAGE_ADDED", "message from the reporter"),
                    ("TAKEN", "an officer answers for it"),
                    ("HELD_BACK", "one of many from one network: the desk looks first"),
                    ("RELEASED", "told to the others as well"),
                    ("ASKED", "agency asked"),
                    ("ASKED_AGAIN", "agency asked again"),
                    ("NOBODY_TO_ASK", "nobody left to ask in this ring"),
                    ("ESCALATED", "next ring"),
                    ("RED", "red: nobody holds it"),
                    ("ACKNOWLEDGED", "acknowledged"),
                    ("DECLINED", "declined"),
                    ("HELD", "held"),
                    ("NO_LONGER_HELD", "no longer held"),
                    ("REMINDED", "reminded: no word since it was taken"),
                    ("ARRIVED", "arrived"),
                    ("OUTCOME", "outcome"),
                    ("NOTED", "note"),
                    ("CALLED", "call"),
                    ("CALL_DONE", "called down the list"),
                    ("WIDENED", "told beyond what the person allowed"),
                    ("WIDENING_REVIEWED", "widening reviewed by a second person"),
                    ("REROUTED", "moved to another province"),
                    ("CLOSED", "closed"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="dispatch",
            name="decline_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("BUSY", "busy with another case"),
                    ("TOO_FAR", "too far away"),
                    ("NOT_OURS", "not our task"),
                    ("CLOSED", "nobody on duty"),
                    ("UNSAFE", "not safe for us"),
                    ("UNSAID", "no reason was said"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("call_result", ""),
                        ("called__isnull", True),
                        ("called_agency__isnull", True),
                        ("called_number", ""),
                        models.Q(("text", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(
                            ("called__isnull", False),
                            ("called_agency__isnull", False),
                            models.Q(("called_number", ""), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(("call_result", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="cases_note_is_words_or_a_call",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["due_at"], name="cases_task_to_do"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)),
                fields=("case", "kind"),
                name="cases_task_one_open_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True), ("result", "")),
                    models.Q(("done_at__isnull", False), models.Q(("result", ""), _negated=True)),
                    _connector="OR",
                ),
                name="cases_task_done_has_result",
            ),
        ),
    ]
