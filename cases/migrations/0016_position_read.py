from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0015_articles"),
    ]

    operations = [
        migrations.AlterField(
            model_name="position",
            name="source",
            field=models.CharField(
                choices=[("GPS", "Gps"), ("PIN", "Pin"), ("AREA", "Area"), ("TEXT", "Text"), ("READ", "Read")],
                max_length=4,
            ),
        ),
    ]
