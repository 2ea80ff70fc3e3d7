"""Rings say kinds and what must acknowledge; changes of them need two people."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0010_agency_is_canary"),
        ("cases", "0010_canaries_are_apart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("EMERGENCY", "danger now"),
                            ("URGENT", "needs help"),
                            ("ROUTINE", "to be looked at"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rings", models.JSONField()),
                (
                    "requires",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("RESPOND", "goes to the place"),
                                ("SOCIAL_WORK", "social work"),
                                ("SHELTER", "shelter"),
                                ("MEDICAL", "medical care"),
                                ("LABOUR", "labour protection"),
                                ("LEGAL", "legal help"),
                                ("INTERPRET", "interpreting"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-proposed_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RingDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_confirmed", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="ringpolicy",
            name="kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("PSDHS", "Provincial social development office"),
                        ("SHELTER_PROV", "Shelter for children and families"),
                        ("SHELTER_TIP", "Trafficking shelter"),
                        ("DATIP", "Division of Anti-Trafficking in Persons"),
                        ("OSCC", "Social Assistance Centre 1300"),
                        ("POLICE_STN", "Police station"),
                        ("POLICE_PROV", "Provincial police"),
                        ("ATPD", "Anti-trafficking police"),
                        ("RTP_CENTRE", "Police centre for children, women and families"),
                        ("DSI", "Department of Special Investigation"),
                        ("IMMIGRATION", "Immigration"),
                        ("LABOUR", "Labour office"),
                        ("LABOUR_PROT", "Labour protection and welfare office"),
                        ("EMPLOYMENT", "Employment office"),
                        ("HEALTH", "Public health office"),
                        ("HOSPITAL", "Hospital"),
                        ("PROSECUTOR", "Prosecutor"),
                        ("JUSTICE", "Justice office"),
                        ("ADMIN", "Provincial or district administration"),
                        ("FISHERIES", "Fisheries office"),
                        ("PIPO", "Port-in port-out centre"),
                        ("EDUCATION", "Education office"),
                        ("LOCAL_GOV", "Local government"),
                        ("SBPAC", "Southern Border Provinces Administrative Centre"),
                        ("RELIGIOUS", "Religious committee"),
                        ("NGO", "Non-governmental organisation"),
                        ("EMBASSY", "Embassy or consulate"),
                        ("IO", "International organisation"),
                    ],
                    max_length=12,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="ringpolicy",
            name="requires",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("RESPOND", "goes to the place"),
                        ("SOCIAL_WORK", "social work"),
                        ("SHELTER", "shelter"),
                        ("MEDICAL", "medical care"),
                        ("LABOUR", "labour protection"),
                        ("LEGAL", "legal help"),
                        ("INTERPRET", "interpreting"),
                    ],
                    max_length=12,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="ringpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("how_many__lte", 20), ("minutes__lte", 60), ("radius_m__lte", 300000)),
                name="cases_ringpolicy_within_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="ringpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("ring", 1), ("requires", []), _connector="OR"),
                name="cases_ringpolicy_first_ring_requires",
            ),
        ),
        migrations.AddField(
            model_name="ringchange",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ringchange",
            name="province",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.area",
            ),
        ),
        migrations.AddField(
            model_name="ringdecision",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ringdecision",
            name="change",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="decision", to="cases.ringchange"
            ),
        ),
        migrations.AddField(
            model_name="ringdecision",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="ringdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_confirmed", False), models.Q(("by", models.F("proposed_by")), _negated=True), _connector="OR"
                ),
                name="cases_ringdecision_confirmed_by_another",
            ),
        ),
    ]
