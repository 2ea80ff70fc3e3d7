"""Who can help, how to reach them, and what is owed to them."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db import migrations
from django.db.migrations import CreateModel
from django.db.models import CASCADE, PROTECT, SET_NULL, ForeignKey

from agencies.models import (
    Agency,
    Area,
    Capability,
    ContactPoint,
    DirectoryEvent,
    Heartbeat,
    LineReply,
    Notification,
    Outcome,
    Proposal,
    Role,
)
from agencies.models.hours import WeekField
from vault.fields import BlindIndexField, EncryptedTextField


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        CreateModel(
            "Area",
            [
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("level", models.CharField(choices=Area.Level.listed, max_length=12)),
                ("parent", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="parts")),
                ("name_th", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=80)),
                ("postal_code", models.CharField(blank=True, max_length=5)),
                ("centroid", models.PointField(blank=True, geography=True, null=True, srid=4326)),
                ("boundary", models.MultiPolygonField(blank=True, null=True, srid=4326)),
            ],
        ),
        CreateModel(
            "Agency",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=Agency.Kind.listed, max_length=12)),
                ("name_th", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("province", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("district", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("point", models.PointField(blank=True, geography=True, null=True, srid=4326)),
                ("location_secret", models.BooleanField(default=False)),
                (
                    "capabilities",
                    ArrayField(models.CharField(choices=Capability.listed, max_length=12), blank=True, default=list),
                ),
                ("languages", ArrayField(models.CharField(max_length=8), blank=True, default=list)),
                ("hours", WeekField(blank=True, null=True)),
                ("closed_on", ArrayField(models.DateField(), blank=True, db_default=[], default=list)),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("pin_hash", models.CharField(blank=True, max_length=128)),
                ("pin_wrong", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("pin_wrong_since", models.DateTimeField(blank=True, null=True)),
                ("is_last_resort", models.BooleanField(default=False)),
                ("is_custodian", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("is_demo", models.BooleanField(default=False)),
                ("is_canary", models.BooleanField(db_default=False, default=False)),
            ],
            options={"verbose_name_plural": "agencies"},
        ),
        CreateModel(
            "Officer",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=60, unique=True)),
                ("display_name", EncryptedTextField()),
                ("agency", ForeignKey("agencies.agency", PROTECT, related_name="officers")),
                ("role", models.CharField(choices=Role.listed, max_length=10)),
                ("areas", models.ManyToManyField("agencies.area", blank=True, related_name="+")),
                ("language", models.CharField(default="th", max_length=8)),
                ("is_active", models.BooleanField(default=True)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        CreateModel(
            "Duty",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency", ForeignKey("agencies.agency", CASCADE, related_name="duties")),
                ("officer", ForeignKey("agencies.officer", PROTECT, related_name="duties")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("phone", EncryptedTextField(blank=True, default="")),
                ("planned_by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
            ],
            options={"verbose_name_plural": "duties"},
        ),
        CreateModel(
            "HandOver",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency", ForeignKey("agencies.agency", CASCADE, related_name="hand_overs")),
                ("given_by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
                ("given_to", ForeignKey("agencies.officer", PROTECT, related_name="+")),
                ("note", EncryptedTextField(blank=True, default="")),
                ("given_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        CreateModel(
            "Heartbeat",
            [
                (
                    "process",
                    models.CharField(
                        choices=Heartbeat.Process.listed, max_length=10, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("ahead_seconds", models.FloatField(default=0.0)),
                ("findings", models.JSONField(default=dict)),
            ],
        ),
        CreateModel(
            "Hotline",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                ("name_th", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                ("names", models.JSONField(blank=True, db_default={}, default=dict)),
                ("languages", models.CharField(blank=True, max_length=120)),
                ("order", models.PositiveSmallIntegerField(default=100)),
                ("is_shown_first", models.BooleanField(default=False)),
                ("source", models.CharField(max_length=200)),
                ("checked_on", models.DateField(blank=True, null=True)),
            ],
            options={"ordering": ["order"]},
        ),
        CreateModel(
            "ContactPoint",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency", ForeignKey("agencies.agency", CASCADE, related_name="contact_points")),
                ("officer", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="browsers")),
                (
                    "transport",
                    models.CharField(choices=ContactPoint.Transport.listed, default="EMAIL", max_length=10),
                ),
                ("address", EncryptedTextField()),
                (
                    "address_index",
                    BlindIndexField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=64,
                        purpose="contact-point",
                        source="address",
                    ),
                ),
                ("audience", models.CharField(choices=ContactPoint.Audience.listed, default="DUTY", max_length=10)),
                ("priority", models.PositiveSmallIntegerField(default=1)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        CreateModel(
            "Proposal",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=Proposal.Kind.listed, max_length=10)),
                ("contact_point", ForeignKey("agencies.contactpoint", PROTECT, related_name="proposals")),
                (
                    "replaces",
                    ForeignKey("agencies.contactpoint", PROTECT, blank=True, null=True, related_name="replacements"),
                ),
                ("state", models.CharField(choices=Proposal.State.listed, default="WAITING", max_length=10)),
                ("proposed_by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", EncryptedTextField(blank=True)),
            ],
        ),
        CreateModel(
            "Notification",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contact_point", ForeignKey("agencies.contactpoint", PROTECT, related_name="notifications")),
                (
                    "transport",
                    models.CharField(
                        choices=ContactPoint.Transport.listed, db_default="EMAIL", default="EMAIL", max_length=10
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                ("body", EncryptedTextField()),
                ("is_about_address", models.BooleanField(db_default=False, default=False)),
                ("is_first", models.BooleanField(db_default=False, default=False)),
                ("precedence", models.PositiveSmallIntegerField(db_default=4, default=4)),
                ("is_last_try", models.BooleanField(db_default=False, default=False)),
                (
                    "successor",
                    ForeignKey(
                        "agencies.notification", SET_NULL, blank=True, db_index=False, null=True, related_name="+"
                    ),
                ),
                (
                    "passed_to",
                    ForeignKey("agencies.notification", PROTECT, blank=True, null=True, related_name="stands_for"),
                ),
                ("dedupe_key", models.CharField(max_length=120, unique=True)),
                ("idempotency_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("state", models.CharField(choices=Notification.State.listed, default="QUEUED", max_length=10)),
                ("due_at", models.DateTimeField()),
                ("lease_token", models.UUIDField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("missing_since", models.DateTimeField(blank=True, null=True)),
                ("given_at", models.DateTimeField(blank=True, null=True)),
                ("times_given", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("provider_id", models.CharField(blank=True, db_default="", max_length=100)),
            ],
        ),
        CreateModel(
            "TransportState",
            [
                (
                    "transport",
                    models.CharField(
                        choices=ContactPoint.Transport.listed, max_length=10, primary_key=True, serialize=False
                    ),
                ),
                ("took_at", models.DateTimeField(blank=True, null=True)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=200)),
            ],
        ),
        CreateModel(
            "VerificationCode",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contact_point", ForeignKey("agencies.contactpoint", CASCADE, related_name="codes")),
                ("digest", models.CharField(max_length=64)),
                ("made_by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "notification",
                    ForeignKey("agencies.notification", SET_NULL, blank=True, null=True, related_name="+"),
                ),
            ],
        ),
        CreateModel(
            "ProviderReceipt",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transport", models.CharField(max_length=10)),
                ("provider_id", models.CharField(max_length=100)),
                ("outcome", models.CharField(choices=Outcome.listed, max_length=10)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        CreateModel(
            "MalformedCall",
            [
                ("hook", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        CreateModel(
            "LineEvent",
            [
                ("event_id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        CreateModel(
            "LineReply",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=200)),
                ("says", models.CharField(blank=True, choices=LineReply.Says.listed, default="", max_length=12)),
                ("text", EncryptedTextField(blank=True, db_default="", default="")),
                ("buttons", models.JSONField(blank=True, db_default=[], default=list)),
                ("created_at", models.DateTimeField()),
            ],
            options={"verbose_name_plural": "line replies"},
        ),
        CreateModel(
            "LineTries",
            [
                ("line_index", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        CreateModel(
            "DirectoryEvent",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency", ForeignKey("agencies.agency", PROTECT, related_name="events")),
                (
                    "contact_point",
                    ForeignKey("agencies.contactpoint", PROTECT, blank=True, null=True, related_name="+"),
                ),
                ("kind", models.CharField(choices=DirectoryEvent.Kind.listed, max_length=20)),
                ("officer", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
