from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The journal as Django knows it."""

    name = "workbook.journal"
