from django.db import migrations, models
from django.db.models import F


def note_origins(apps, schema_editor):
    """Each key there is goes back to itself: nothing says more of it."""
    apps.get_model("vault", "DataKey").objects.update(origin=F("generation"))


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0003_second_step"),
    ]

    operations = [
        migrations.AddField(
            model_name="datakey",
            name="origin",
            field=models.PositiveSmallIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(note_origins, migrations.RunPython.noop),
    ]
