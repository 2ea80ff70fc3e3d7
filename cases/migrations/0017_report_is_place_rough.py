from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0016_position_read"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="is_place_rough",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
