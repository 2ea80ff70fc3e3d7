import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_duty_and_hours"),
    ]

    operations = [
        migrations.CreateModel(
            name="DirectoryEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PROPOSED", "proposed"),
                            ("WITHDRAWN", "withdrawn"),
                            ("REFUSED", "refused"),
                            ("CONFIRMED", "confirmed"),
                            ("CODE_MADE", "a code was made"),
                            ("CODE_SPENT", "too many wrong codes"),
                            ("VERIFIED", "the code was entered"),
                            ("FAILING", "the address fails"),
                            ("GROUP_JOINED", "somebody joined the LINE group"),
                            ("PIN_SET", "the PIN was set"),
                            ("PIN_CHANGED", "the PIN was changed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LineTries",
            fields=[
                ("line_index", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ADD", "a new contact point"),
                            ("REPLACE", "a replacement"),
                            ("REMOVE", "a removal"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting"),
                            ("CONFIRMED", "Confirmed"),
                            ("REFUSED", "Refused"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", vault.fields.EncryptedTextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="VerificationCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="contactpoint",
            name="agencies_contactpoint_has_address",
        ),
        migrations.AddField(
            model_name="agency",
            name="pin_wrong",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="agency",
            name="pin_wrong_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="address_index",
            field=vault.fields.BlindIndexField(
                blank=True, default="", editable=False, max_length=64, purpose="contact-point", source="address"
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notification",
            name="is_about_address",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="audience",
            field=models.CharField(
                choices=[("DUTY", "those on duty"), ("SUPERVISOR", "the supervisor")], default="DUTY", max_length=10
            ),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="transport",
            field=models.CharField(
                choices=[
                    ("EMAIL", "e-mail"),
                    ("SMS", "SMS"),
                    ("LINE", "LINE"),
                    ("WEBHOOK", "the agency's own system"),
                ],
                default="EMAIL",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="transport",
            field=models.CharField(
                choices=[
                    ("EMAIL", "e-mail"),
                    ("SMS", "SMS"),
                    ("LINE", "LINE"),
                    ("WEBHOOK", "the agency's own system"),
                ],
                db_default="EMAIL",
                default="EMAIL",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["address_index"], name="agencies_contactpoint_index"),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address", ""), _negated=True),
                    models.Q(("transport", "LINE"), ("verified_at__isnull", True)),
                    _connector="OR",
                ),
                name="agencies_contactpoint_has_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_at__isnull", True), ("verified_at__isnull", False), _connector="OR"),
                name="agencies_contactpoint_verified_before_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("confirmed_at__isnull", False),
                    ("removed_at__isnull", True),
                    models.Q(("address_index", ""), _negated=True),
                ),
                fields=("agency", "audience", "transport", "address_index"),
                name="agencies_contactpoint_once_an_audience",
            ),
        ),
        migrations.AddField(
            model_name="directoryevent",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="directoryevent",
            name="contact_point",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.contactpoint",
            ),
        ),
        migrations.AddField(
            model_name="directoryevent",
            name="officer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="contact_point",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="agencies.contactpoint"
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacements",
                to="agencies.contactpoint",
            ),
        ),
        migrations.AddField(
            model_name="verificationcode",
            name="contact_point",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="agencies.contactpoint"
            ),
        ),
        migrations.AddField(
            model_name="verificationcode",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="verificationcode",
            name="notification",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="agencies.notification",
            ),
        ),
        migrations.AddIndex(
            model_name="directoryevent",
            index=models.Index(fields=["agency", "-at"], name="agencies_directoryevent_of"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ADD", "REPLACE", "REMOVE"])), name="agencies_proposal_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["WAITING", "CONFIRMED", "REFUSED", "WITHDRAWN"])),
                name="agencies_proposal_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "WAITING")),
                    models.Q(
                        models.Q(("state", "WAITING"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="agencies_proposal_decided_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["WAITING", "WITHDRAWN"]),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="agencies_proposal_takes_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "REPLACE"), ("replaces__isnull", False)),
                    models.Q(models.Q(("kind", "REPLACE"), _negated=True), ("replaces__isnull", True)),
                    _connector="OR",
                ),
                name="agencies_proposal_replaces_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "REFUSED"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="agencies_proposal_refused_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "WAITING")),
                fields=("contact_point",),
                name="agencies_proposal_one_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces__isnull", False), ("state", "WAITING")),
                fields=("replaces",),
                name="agencies_proposal_one_waiting_replacement",
            ),
        ),
        migrations.AddIndex(
            model_name="verificationcode",
            index=models.Index(fields=["digest"], name="agencies_verificationcode_of"),
        ),
        migrations.AddConstraint(
            model_name="verificationcode",
            constraint=models.CheckConstraint(
                condition=models.Q(("wrong__lte", 5)), name="agencies_verificationcode_five_tries"
            ),
        ),
    ]
