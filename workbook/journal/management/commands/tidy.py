"""``manage.py tidy``: let go for good of what people deleted. Once a day by a timer is enough."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from workbook.journal import removal
from workbook.journal.models import EarlierVersion, Entry
from workbook.vault.sessions import SessionStore


class Command(BaseCommand):
    help = (
        "Removes what people have deleted and can't bring back any more, and sessions that have "
        "ended, and takes both out of the database's files. Prints nothing of anybody's."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        removal.purge()
        SessionStore.clear_expired()
        removal.forget_on_disk()
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                for model in (Entry, EarlierVersion):
                    cursor.execute(f"VACUUM {connection.ops.quote_name(model._meta.db_table)}")
        self.stdout.write("Tidied.")
