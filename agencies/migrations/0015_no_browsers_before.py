from django.db import migrations


def without_browsers(apps, schema_editor):
    """The release before knows no WEB_PUSH; officers switch it on again."""
    apps.get_model("agencies", "Notification").objects.filter(transport="WEB_PUSH").delete()
    apps.get_model("agencies", "ContactPoint").objects.filter(transport="WEB_PUSH").delete()


class Migration(migrations.Migration):
    """Nothing to do on the way there."""

    dependencies = [("agencies", "0014_web_push")]

    operations = [migrations.RunPython(migrations.RunPython.noop, without_browsers)]
