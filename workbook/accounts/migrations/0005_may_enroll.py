from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_wait")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="may_enroll",
            field=models.BooleanField(default=True, editable=False),
        )
    ]
