"""What people sent, where they were, and what they said afterwards."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db import migrations
from django.db.migrations import CreateModel
from django.db.models import CASCADE, PROTECT, SET_NULL, ForeignKey

from cases.models import AccessEvent, Attachment, Consent, ContactRule, LiveShare, Position, Report
from cases.models.attachment import new_key
from vault.fields import BlindIndexField, EncryptedBinaryField, EncryptedTextField


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_cases")]
    operations = [
        CreateModel(
            "Bundle",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(blank=True, max_length=64)),
                ("province", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("is_sealed", models.BooleanField(default=False)),
                ("of_many", models.PositiveSmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("looked_by", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
            ],
            options={"verbose_name": "bundle"},
        ),
        CreateModel(
            "Report",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=9, unique=True)),
                ("kind", models.CharField(choices=Report.Kind.listed, max_length=16)),
                ("channel", models.CharField(choices=Report.Channel.listed, default="WEB", max_length=8)),
                ("language", models.CharField(default="th", max_length=8)),
                (
                    "may_tell",
                    models.CharField(choices=Report.MayTell.listed, default="SOCIAL_WORKERS", max_length=16),
                ),
                (
                    "reporter_type",
                    models.CharField(choices=Report.ReporterType.listed, default="UNKNOWN", max_length=8),
                ),
                ("in_danger_now", models.BooleanField(default=False)),
                ("officials_involved", models.BooleanField(default=False)),
                ("children_present", models.BooleanField(null=True)),
                ("is_under_18", models.BooleanField(null=True)),
                ("people_count", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "exploitation",
                    ArrayField(
                        models.CharField(choices=Report.Exploitation.listed, max_length=20), blank=True, default=list
                    ),
                ),
                (
                    "safe_contact",
                    models.CharField(choices=Report.SafeContact.listed, default="DO_NOT_CONTACT", max_length=16),
                ),
                (
                    "interpreter",
                    models.CharField(
                        blank=True, choices=Report.Interpreter.listed, db_default="", default="", max_length=8
                    ),
                ),
                ("narrative", EncryptedTextField(blank=True, default="")),
                ("wants", EncryptedTextField(blank=True, default="")),
                ("contact", EncryptedTextField(blank=True, default="")),
                ("place", EncryptedTextField(blank=True, default="")),
                ("is_place_rough", models.BooleanField(db_default=False, default=False)),
                (
                    "marks",
                    ArrayField(models.CharField(choices=Report.Mark.listed, max_length=16), blank=True, default=list),
                ),
                ("is_exercise", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("contact_hidden_at", models.DateTimeField(blank=True, null=True)),
                ("dismissed_reason", models.CharField(blank=True, max_length=12)),
                ("dismissed_by", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("network", models.CharField(blank=True, db_default="", default="", max_length=64)),
                ("bundle", ForeignKey("cases.bundle", PROTECT, blank=True, null=True, related_name="reports")),
                ("case", ForeignKey("cases.case", PROTECT, blank=True, null=True, related_name="reports")),
                ("linked_to", ForeignKey("cases.report", SET_NULL, blank=True, null=True, related_name="+")),
                ("province", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("second_province", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("district", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("is_abroad", models.BooleanField(default=False)),
                ("submission_digest", models.CharField(blank=True, max_length=64)),
                ("payload_digest", models.CharField(blank=True, max_length=64)),
            ],
        ),
        CreateModel(
            "LiveShare",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", ForeignKey("cases.report", CASCADE, related_name="shares")),
                ("started_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "stopped_by",
                    models.CharField(blank=True, choices=LiveShare.StoppedBy.listed, default="", max_length=10),
                ),
                ("points", models.PositiveSmallIntegerField(default=0)),
                ("kept_at", models.DateTimeField(blank=True, null=True)),
                ("kept_by", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("kept_reason", EncryptedTextField(blank=True, default="")),
            ],
        ),
        CreateModel(
            "Position",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", ForeignKey("cases.report", CASCADE, related_name="positions")),
                ("source", models.CharField(choices=Position.Source.listed, max_length=5)),
                ("point", models.PointField(blank=True, geography=True, null=True, srid=4326)),
                ("accuracy_m", models.PositiveIntegerField(blank=True, null=True)),
                ("area", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("text", EncryptedTextField(blank=True, default="")),
                ("captured_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("share", ForeignKey("cases.liveshare", CASCADE, blank=True, null=True, related_name="positions")),
            ],
            options={"ordering": ["pk"]},
        ),
        CreateModel(
            "Message",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", ForeignKey("cases.report", CASCADE, related_name="messages")),
                ("by", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("text", EncryptedTextField()),
                ("at", models.DateTimeField()),
                ("submission_digest", models.CharField(blank=True, db_default="", default="", max_length=64)),
            ],
            options={"ordering": ["at", "pk"]},
        ),
        CreateModel(
            "Attachment",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", ForeignKey("cases.report", CASCADE, related_name="attachments")),
                ("key", models.CharField(default=new_key, max_length=22, unique=True)),
                ("kind", models.CharField(choices=Attachment.Kind.listed, max_length=8)),
                ("state", models.CharField(choices=Attachment.State.listed, default="WAITING", max_length=8)),
                (
                    "refusal",
                    models.CharField(blank=True, choices=Attachment.Refusal.listed, default="", max_length=12),
                ),
                ("size", models.PositiveIntegerField()),
                ("received_at", models.DateTimeField()),
                ("keeps_place", models.BooleanField(default=False)),
                ("original", EncryptedBinaryField(null=True)),
                ("content", EncryptedBinaryField(null=True)),
                ("preview", EncryptedBinaryField(null=True)),
                ("submission_digest", models.CharField(blank=True, default="", max_length=64)),
                ("network", models.CharField(blank=True, default="", max_length=64)),
                ("due_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("setbacks", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("scanned_at", models.DateTimeField(null=True)),
            ],
            options={"ordering": ["pk"]},
        ),
        CreateModel(
            "ReturnCode",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", ForeignKey("cases.report", CASCADE, related_name="codes")),
                ("locator_digest", models.CharField(max_length=64, unique=True)),
                ("proof_hash", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("wrong_tries", models.PositiveIntegerField(default=0)),
                ("last_wrong_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        CreateModel(
            "ContactRule",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", ForeignKey("cases.report", CASCADE, related_name="contact_rules")),
                ("safe_contact", models.CharField(choices=Report.SafeContact.listed, max_length=16)),
                (
                    "ways",
                    ArrayField(
                        models.CharField(choices=ContactRule.Way.listed, max_length=4), blank=True, default=list
                    ),
                ),
                (
                    "parts",
                    ArrayField(
                        models.CharField(choices=ContactRule.Part.listed, max_length=8), blank=True, default=list
                    ),
                ),
                ("from_time", models.TimeField(blank=True, null=True)),
                ("until_time", models.TimeField(blank=True, null=True)),
                (
                    "answers",
                    models.CharField(blank=True, choices=ContactRule.Answers.listed, default="", max_length=8),
                ),
                ("answers_name", EncryptedTextField(blank=True, default="")),
                ("code_word", EncryptedTextField(blank=True, default="")),
                ("contact", EncryptedTextField(blank=True, default="")),
                ("contact_hidden_at", models.DateTimeField(blank=True, null=True)),
                ("officer", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                (
                    "heard",
                    models.CharField(
                        blank=True, choices=ContactRule.Heard.listed, db_default="", default="", max_length=8
                    ),
                ),
                ("said_at", models.DateTimeField()),
            ],
            options={"ordering": ["pk"]},
        ),
        CreateModel(
            "ContactOverride",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", ForeignKey("cases.report", CASCADE, related_name="contact_overrides")),
                ("by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
                ("reason", EncryptedTextField()),
                ("at", models.DateTimeField()),
                ("reviewed_by", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
            ],
            options={"ordering": ["pk"]},
        ),
        CreateModel(
            "Consent",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", ForeignKey("cases.report", CASCADE, related_name="consents")),
                ("purpose", models.CharField(choices=Consent.Purpose.listed, default="HELP", max_length=8)),
                ("recipient", models.CharField(choices=Consent.Recipient.listed, max_length=8)),
                ("is_given", models.BooleanField()),
                ("text_version", models.CharField(max_length=10)),
                ("language", models.CharField(max_length=8)),
                ("by", models.CharField(choices=Consent.By.listed, max_length=8)),
                ("officer", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                (
                    "heard",
                    models.CharField(
                        blank=True, choices=ContactRule.Heard.listed, db_default="", default="", max_length=8
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"ordering": ["given_at", "pk"]},
        ),
        CreateModel(
            "Conversation",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("report", ForeignKey("cases.report", CASCADE, related_name="+")),
                ("line_id", EncryptedTextField()),
                (
                    "line_index",
                    BlindIndexField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        purpose="LINE of a reporter",
                        source="line_id",
                    ),
                ),
                ("language", models.CharField(blank=True, default="", max_length=8)),
                ("opened_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                ("may_write_at", models.DateTimeField(blank=True, null=True)),
                ("told_until", models.DateTimeField(blank=True, null=True)),
                ("read_until", models.DateTimeField(blank=True, null=True)),
                ("try_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("last_done", models.JSONField(blank=True, db_default={}, default=dict)),
            ],
        ),
        CreateModel(
            "AccessEvent",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("what", models.CharField(choices=AccessEvent.What.listed, max_length=8)),
                ("is_refused", models.BooleanField(default=False)),
                ("officer", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("dispatch", ForeignKey("cases.dispatch", PROTECT, blank=True, null=True, related_name="+")),
                ("case", ForeignKey("cases.case", PROTECT, blank=True, null=True, related_name="accesses")),
                ("report", ForeignKey("cases.report", PROTECT, blank=True, null=True, related_name="+")),
                ("attachment", ForeignKey("cases.attachment", PROTECT, blank=True, null=True, related_name="+")),
            ],
        ),
    ]
