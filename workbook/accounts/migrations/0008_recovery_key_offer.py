from django.db import migrations, models


class Migration(migrations.Migration):
    """The field gets its name of today; its column stays as it is."""

    dependencies = [
        ("accounts", "0007_first_link"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="spare_key_offer",
            field=models.CharField(
                choices=[("later", "Later"), ("due", "Due"), ("offered", "Offered")],
                db_column="spare_key_offer",
                default="later",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.RenameField(
            model_name="user", old_name="spare_key_offer", new_name="recovery_key_offer"
        ),
    ]
