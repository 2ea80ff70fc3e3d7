"""Safe contact as data: how a reporter may be reached, and each opening of contact details against their word."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_attachments"),
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
            name="ContactOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", vault.fields.EncryptedTextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_overrides",
                        to="cases.report",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="cases_contactoverride_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_contactoverride_reviewed_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "safe_contact",
                    models.CharField(
                        choices=[
                            ("DO_NOT_CONTACT", "do not contact me"),
                            ("ANY_TIME", "you may contact me at any time"),
                            ("AS_WRITTEN", "only as I wrote"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "ways",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("CALL", "a call"), ("TEXT", "a text message"), ("LINE", "LINE")], max_length=4
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("MORNING", "in the morning"),
                                ("DAY", "in the afternoon"),
                                ("EVENING", "in the evening"),
                                ("NIGHT", "at night"),
                            ],
                            max_length=8,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("from_time", models.TimeField(blank=True, null=True)),
                ("until_time", models.TimeField(blank=True, null=True)),
                (
                    "answers",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ME", "nobody but the person"),
                            ("NAMED", "somebody whom they name"),
                            ("ANYBODY", "anybody"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("answers_name", vault.fields.EncryptedTextField(blank=True, default="")),
                ("code_word", vault.fields.EncryptedTextField(blank=True, default="")),
                ("contact", vault.fields.EncryptedTextField(blank=True, default="")),
                ("contact_hidden_at", models.DateTimeField(blank=True, null=True)),
                ("said_at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contact_rules", to="cases.report"
                    ),
                ),
            ],
            options={
                "ordering": ["said_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("safe_contact__in", ["DO_NOT_CONTACT", "ANY_TIME", "AS_WRITTEN"])),
                        name="cases_contactrule_safe_contact_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_time__isnull", True), ("until_time__isnull", True)),
                            models.Q(
                                ("from_time__isnull", False),
                                ("until_time__isnull", False),
                                models.Q(("from_time", models.F("until_time")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_contactrule_time_has_two_ends",
                    ),
                ],
            },
        ),
    ]
