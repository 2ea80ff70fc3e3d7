"""Who may know, one answer a recipient; and whether a child writes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0022_contact_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="is_under_18",
            field=models.BooleanField(null=True),
        ),
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
                    ("FILE_ADDED", "file from the reporter"),
                    ("FILE_REFUSED", "file destroyed: it cannot be shown"),
                    ("ANSWERED", "message to the reporter"),
                    ("WITHDRAWN", "the reporter asks us to stop"),
                    ("CONTACT_HIDDEN", "contact details hidden by the reporter"),
                    ("CONTACT_SHOWN", "contact details shown again by the reporter"),
                    ("CONTACT_RULE", "the reporter says anew how they may be contacted"),
                    ("CONTACT_OPENED", "contact details opened although the reporter said no"),
                    ("CONTACT_REVIEWED", "opening of the contact details reviewed by a second person"),
                    ("CONTACTED", "the reporter was contacted"),
                    ("CONSENT", "the reporter says anew who may know"),
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
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(choices=[("HELP", "to help in this case")], default="HELP", max_length=8),
                ),
                (
                    "recipient",
                    models.CharField(
                        choices=[
                            ("POLICE", "police and prosecutors"),
                            ("HEALTH", "hospitals and health offices"),
                            ("SHELTER", "shelters and aid organisations"),
                            ("LABOUR", "labour offices"),
                            ("EMBASSY", "their embassy"),
                        ],
                        max_length=8,
                    ),
                ),
                ("is_given", models.BooleanField()),
                ("text_version", models.CharField(max_length=10)),
                ("language", models.CharField(max_length=8)),
                (
                    "by",
                    models.CharField(
                        choices=[
                            ("REPORTER", "the reporter, on the page"),
                            ("OFFICER", "an officer who explained it"),
                        ],
                        max_length=8,
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "officer",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="cases.report"
                    ),
                ),
            ],
            options={
                "ordering": ["given_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("purpose__in", ["HELP"]),
                            ("recipient__in", ["POLICE", "HEALTH", "SHELTER", "LABOUR", "EMBASSY"]),
                        ),
                        name="cases_consent_recipient_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by", "REPORTER"), ("officer__isnull", True)),
                            models.Q(("by", "OFFICER"), ("officer__isnull", False)),
                            _connector="OR",
                        ),
                        name="cases_consent_officer_is_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            ("withdrawn_at__gte", models.F("given_at")),
                            _connector="OR",
                        ),
                        name="cases_consent_withdrawn_after_given",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("report", "purpose", "recipient"),
                        name="cases_consent_one_answer_a_recipient",
                    ),
                ],
            },
        ),
    ]
