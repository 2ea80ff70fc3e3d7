from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0010_agency_is_canary"),
    ]

    operations = [
        migrations.CreateModel(
            name="LineEvent",
            fields=[
                ("event_id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LineReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=200)),
                (
                    "says",
                    models.CharField(
                        choices=[("HOW_TO_BIND", "How To Bind"), ("BOUND", "Bound"), ("NOT_BOUND", "Not Bound")],
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "line replies",
            },
        ),
        migrations.CreateModel(
            name="ProviderReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transport", models.CharField(max_length=10)),
                ("provider_id", models.CharField(max_length=100)),
                (
                    "outcome",
                    models.CharField(choices=[("DELIVERED", "Delivered"), ("FAILED", "Failed")], max_length=10),
                ),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="notification",
            name="agencies_notification_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="notification",
            name="agencies_notification_sent_has_time",
        ),
        migrations.AddField(
            model_name="notification",
            name="delivered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notification",
            name="provider_id",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AlterField(
            model_name="notification",
            name="state",
            field=models.CharField(
                choices=[
                    ("QUEUED", "Queued"),
                    ("SENDING", "Sending"),
                    ("SENT", "Sent"),
                    ("DELIVERED", "Delivered"),
                    ("FAILED", "Failed"),
                    ("CANCELLED", "Cancelled"),
                ],
                default="QUEUED",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["QUEUED", "SENDING", "SENT", "DELIVERED", "FAILED", "CANCELLED"])),
                name="agencies_notification_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state__in", ["SENT", "DELIVERED"])),
                    models.Q(
                        models.Q(("state__in", ["SENT", "DELIVERED"]), _negated=True), ("sent_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="agencies_notification_sent_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("delivered_at__isnull", False), ("state", "DELIVERED")),
                    models.Q(models.Q(("state", "DELIVERED"), _negated=True), ("delivered_at__isnull", True)),
                    _connector="OR",
                ),
                name="agencies_notification_delivered_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "DELIVERED"), _negated=True), ("body", ""), _connector="OR"),
                name="agencies_notification_delivered_says_no_more",
            ),
        ),
        migrations.AddConstraint(
            model_name="linereply",
            constraint=models.CheckConstraint(
                condition=models.Q(("says__in", ["HOW_TO_BIND", "BOUND", "NOT_BOUND"])),
                name="agencies_linereply_says_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerreceipt",
            constraint=models.UniqueConstraint(
                fields=("transport", "provider_id"), name="agencies_providerreceipt_one_a_message"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["DELIVERED", "FAILED"])),
                name="agencies_providerreceipt_outcome_known",
            ),
        ),
    ]
