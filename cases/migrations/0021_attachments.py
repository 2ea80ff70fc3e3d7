import django.db.models.deletion
from django.db import migrations, models

import cases.models.attachment
import vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0020_conversation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=cases.models.attachment.new_key, max_length=22, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("PHOTO", "photo"), ("AUDIO", "recording"), ("PDF", "PDF")], max_length=8
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("WAITING", "Waiting"), ("READY", "Ready"), ("REFUSED", "Refused")],
                        default="WAITING",
                        max_length=8,
                    ),
                ),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("UNREADABLE", "it could not be read: broken, locked, or not what it seems"),
                            ("TOO_LARGE", "too large inside: pixels, pages or hours"),
                            ("VIDEO", "a film, which we cannot take"),
                            ("INFECTED", "the scan found something dangerous in it"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("received_at", models.DateTimeField()),
                ("keeps_place", models.BooleanField(default=False)),
                ("original", vault.fields.EncryptedBinaryField(null=True)),
                ("content", vault.fields.EncryptedBinaryField(null=True)),
                ("preview", vault.fields.EncryptedBinaryField(null=True)),
                ("submission_digest", models.CharField(blank=True, default="", max_length=64)),
                ("network", models.CharField(blank=True, default="", max_length=64)),
                ("due_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("scanned_at", models.DateTimeField(null=True)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="cases.report"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "WAITING")), fields=["due_at"], name="cases_attachment_due"
                    ),
                    models.Index(fields=["received_at"], name="cases_attachment_received"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["PHOTO", "AUDIO", "PDF"])),
                        name="cases_attachment_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("content__isnull", True),
                                ("original__isnull", False),
                                ("refusal", ""),
                                ("state", "WAITING"),
                            ),
                            models.Q(
                                ("content__isnull", False),
                                ("original__isnull", True),
                                ("refusal", ""),
                                ("state", "READY"),
                            ),
                            models.Q(
                                ("content__isnull", True),
                                ("original__isnull", True),
                                ("preview__isnull", True),
                                ("state", "REFUSED"),
                                models.Q(("refusal", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_attachment_holds_what_its_state_says",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refusal__in", ["", "UNREADABLE", "TOO_LARGE", "VIDEO", "INFECTED"])),
                        name="cases_attachment_refusal_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("submission_digest", ""), _negated=True),
                        fields=("report", "submission_digest"),
                        name="cases_attachment_sent_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="accessevent",
            name="attachment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.attachment",
            ),
        ),
        migrations.AlterField(
            model_name="accessevent",
            name="what",
            field=models.CharField(
                choices=[("CASE", "Case"), ("REPORT", "Report"), ("PLACE", "Place"), ("FILE", "File")], max_length=8
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="submission_digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="position",
            name="source",
            field=models.CharField(
                choices=[
                    ("GPS", "Gps"),
                    ("PIN", "Pin"),
                    ("AREA", "Area"),
                    ("TEXT", "Text"),
                    ("READ", "Read"),
                    ("PHOTO", "Photo"),
                ],
                max_length=5,
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
    ]
