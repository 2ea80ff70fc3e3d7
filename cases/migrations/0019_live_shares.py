import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_interpreter"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("OPENED", "opened"),
                    ("REPORT_JOINED", "report joined"),
                    ("PLACE_ADDED", "place added"),
                    ("SHARING_STARTED", "shares where they are"),
                    ("SHARING_STOPPED", "shares no longer where they are"),
                    ("MOVED_AWAY", "moved into another province"),
                    ("TRACK_KEPT", "the track is held as evidence"),
                    ("MESSAGE_ADDED", "message from the reporter"),
                    ("ANSWERED", "message to the reporter"),
                    ("WITHDRAWN", "the reporter asks us to stop"),
                    ("CONTACT_HIDDEN", "contact details hidden by the reporter"),
                    ("CONTACT_SHOWN", "contact details shown again by the reporter"),
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
        migrations.CreateModel(
            name="LiveShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "stopped_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("REPORTER", "stopped by the person"),
                            ("WITHDRAWAL", "the person asked us to stop everything"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("points", models.PositiveSmallIntegerField(default=0)),
                ("kept_at", models.DateTimeField(blank=True, null=True)),
                ("kept_reason", vault.fields.EncryptedTextField(blank=True, default="")),
                (
                    "kept_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="cases.report"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("started_at")),
                            ("ends_at__lte", models.F("started_at") + datetime.timedelta(hours=2)),
                        ),
                        name="cases_liveshare_ends_within_two_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stopped_at__isnull", True), ("stopped_by", "")),
                            models.Q(("stopped_at__isnull", False), models.Q(("stopped_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="cases_liveshare_stopped_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kept_at__isnull", True),
                            models.Q(("kept_by__isnull", False), models.Q(("kept_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="cases_liveshare_kept_says_who_and_why",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="position",
            name="share",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="positions",
                to="cases.liveshare",
            ),
        ),
    ]
