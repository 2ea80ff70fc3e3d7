from django.db import migrations, models

TRANSPORTS = ["EMAIL", "SMS", "LINE", "WEBHOOK"]
CHOICES = [("EMAIL", "Email"), ("SMS", "Sms"), ("LINE", "Line"), ("WEBHOOK", "Webhook")]


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_nouns")]

    operations = [
        migrations.AlterField(
            model_name="contactpoint",
            name="transport",
            field=models.CharField(choices=CHOICES, default="EMAIL", max_length=10),
        ),
        migrations.AddField(
            model_name="notification",
            name="transport",
            # Everything owed so far goes by e-mail, the only transport there was.
            field=models.CharField(choices=CHOICES, db_default="EMAIL", default="EMAIL", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("transport__in", TRANSPORTS)), name="agencies_contactpoint_transport_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("transport__in", TRANSPORTS)), name="agencies_notification_transport_known"
            ),
        ),
    ]
