"""A case, whom it was sent to, and its history."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.migrations import CreateModel
from django.db.models import CASCADE, PROTECT, SET_NULL, ForeignKey, OneToOneField
from django.db.models.functions import Now

from agencies.models import Agency, Capability, Presence
from cases.models import Article, CallNow, Canary, Case, CaseEvent, Dispatch, Note, Report, RingPolicy
from cases.models.article import languages
from vault.fields import EncryptedTextField


class Migration(migrations.Migration):
    initial = True
    dependencies = [("agencies", "0001_nouns")]
    operations = [
        CreateModel(
            "Case",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=9, unique=True)),
                ("urgency", models.CharField(choices=Case.Urgency.listed, max_length=10)),
                ("may_tell", models.CharField(choices=Report.MayTell.listed, max_length=16)),
                ("is_sealed", models.BooleanField(default=False)),
                ("is_exercise", models.BooleanField(default=False)),
                ("is_canary", models.BooleanField(db_default=False, default=False)),
                ("province", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("second_province", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("district", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("is_abroad", models.BooleanField(default=False)),
                ("owner", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("plan", models.JSONField()),
                ("ring", models.PositiveSmallIntegerField(default=0)),
                ("next_ring_at", models.DateTimeField(blank=True, null=True)),
                ("held_at", models.DateTimeField(blank=True, null=True)),
                ("red_since", models.DateTimeField(blank=True, null=True)),
                ("first_read_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closure_reason", models.CharField(blank=True, choices=Case.ClosureReason.listed, max_length=12)),
                ("widened_at", models.DateTimeField(blank=True, null=True)),
                ("widened_by", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("widened_reason", EncryptedTextField(blank=True, default="")),
                (
                    "widening_reviewed_by",
                    ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+"),
                ),
            ],
        ),
        CreateModel(
            "Dispatch",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", ForeignKey("cases.case", PROTECT, related_name="dispatches")),
                ("agency", ForeignKey("agencies.agency", PROTECT, related_name="dispatches")),
                ("purpose", models.CharField(choices=Dispatch.Purpose.listed, default="RESPOND", max_length=10)),
                ("ring", models.PositiveSmallIntegerField()),
                ("why", models.CharField(choices=Dispatch.Why.listed, max_length=16)),
                ("metres", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "presence",
                    models.CharField(blank=True, choices=Presence.listed, db_default="", default="", max_length=10),
                ),
                (
                    "notifications",
                    models.ManyToManyField("agencies.notification", blank=True, related_name="dispatches"),
                ),
                ("asked_at", models.DateTimeField()),
                ("acknowledgement_due_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledged_by_name", EncryptedTextField(blank=True, default="")),
                ("acknowledged_by", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("arrival_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reminder_due_at", models.DateTimeField(blank=True, null=True)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decline_reason",
                    models.CharField(blank=True, choices=Dispatch.DeclineReason.listed, max_length=10),
                ),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, choices=Dispatch.Outcome.listed, max_length=10)),
                ("outcome_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"verbose_name_plural": "dispatches"},
        ),
        CreateModel(
            "AcknowledgementLink",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dispatch", ForeignKey("cases.dispatch", CASCADE, related_name="links")),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("pin_failures", models.PositiveSmallIntegerField(default=0)),
                ("pin_locked_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        CreateModel(
            "CaseEvent",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", ForeignKey("cases.case", PROTECT, related_name="events")),
                ("sequence", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("actor", models.CharField(choices=CaseEvent.Actor.listed, max_length=12)),
                ("officer", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("dispatch", ForeignKey("cases.dispatch", PROTECT, blank=True, null=True, related_name="events")),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"ordering": ["case", "sequence"]},
        ),
        CreateModel(
            "Note",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", ForeignKey("cases.case", CASCADE, related_name="notes")),
                ("event", OneToOneField("cases.caseevent", PROTECT, related_name="note")),
                ("by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
                ("text", EncryptedTextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                ("called", ForeignKey("cases.dispatch", PROTECT, blank=True, null=True, related_name="calls")),
                ("called_agency", ForeignKey("agencies.agency", PROTECT, blank=True, null=True, related_name="+")),
                ("called_number", models.CharField(blank=True, db_default="", max_length=30)),
                ("call_result", models.CharField(blank=True, choices=Note.CallResult.listed, max_length=12)),
                ("means", models.CharField(blank=True, choices=Note.Means.listed, db_default="", max_length=10)),
                ("answered_by", EncryptedTextField(blank=True, db_default="", default="")),
            ],
            options={"ordering": ["at", "pk"]},
        ),
        CreateModel(
            "CallNow",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", ForeignKey("cases.case", CASCADE, related_name="calls_to_make")),
                ("kind", models.CharField(choices=CallNow.Kind.listed, max_length=10)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by", ForeignKey("agencies.officer", PROTECT, blank=True, null=True, related_name="+")),
                ("result", models.CharField(blank=True, choices=CallNow.Result.listed, max_length=12)),
            ],
            options={"ordering": ["-created_at", "-pk"]},
        ),
        CreateModel(
            "RingPolicy",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("province", ForeignKey("agencies.area", CASCADE, blank=True, null=True, related_name="+")),
                ("urgency", models.CharField(blank=True, choices=Case.Urgency.listed, max_length=10)),
                ("ring", models.PositiveSmallIntegerField()),
                ("tells", ArrayField(models.CharField(choices=RingPolicy.Tells.listed, max_length=16))),
                ("radius_m", models.PositiveIntegerField(default=0)),
                ("how_many", models.PositiveSmallIntegerField(default=0)),
                ("capability", models.CharField(choices=Capability.listed, default="RESPOND", max_length=12)),
                (
                    "kinds",
                    ArrayField(models.CharField(choices=Agency.Kind.listed, max_length=12), blank=True, default=list),
                ),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "requires",
                    ArrayField(models.CharField(choices=Capability.listed, max_length=12), blank=True, default=list),
                ),
            ],
            options={"verbose_name_plural": "ring policies"},
        ),
        CreateModel(
            "RingChange",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("province", ForeignKey("agencies.area", PROTECT, blank=True, null=True, related_name="+")),
                ("urgency", models.CharField(blank=True, choices=Case.Urgency.listed, max_length=10)),
                ("rings", models.JSONField()),
                (
                    "requires",
                    ArrayField(models.CharField(choices=Capability.listed, max_length=12), blank=True, default=list),
                ),
                ("proposed_by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
                ("proposed_at", models.DateTimeField()),
            ],
            options={"ordering": ["-proposed_at", "-pk"]},
        ),
        CreateModel(
            "RingDecision",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("change", OneToOneField("cases.ringchange", PROTECT, related_name="decision")),
                ("is_confirmed", models.BooleanField()),
                ("by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
                ("at", models.DateTimeField()),
                ("proposed_by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
            ],
        ),
        CreateModel(
            "Canary",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pressed_at", models.DateTimeField(db_default=Now())),
                ("submission_digest", models.CharField(max_length=64)),
                ("case", ForeignKey("cases.case", SET_NULL, blank=True, null=True, related_name="+")),
                ("accepted_ms", models.PositiveIntegerField(blank=True, null=True)),
                ("handed_ms", models.PositiveIntegerField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, choices=Canary.Failure.listed, max_length=12)),
            ],
            options={"verbose_name_plural": "canaries"},
        ),
        CreateModel(
            "Article",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(choices=Article.Slug.listed, max_length=10)),
                ("language", models.CharField(choices=languages, max_length=8)),
                ("text", models.TextField()),
                ("reviewed_by", models.CharField(blank=True, max_length=100)),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                ("review_due_on", models.DateField(blank=True, null=True)),
                ("edited_by", ForeignKey("agencies.officer", PROTECT, related_name="+")),
                ("edited_at", models.DateTimeField()),
            ],
        ),
        CreateModel(
            "Erasure",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("column", models.CharField(max_length=100)),
                ("row", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
