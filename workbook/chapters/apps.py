from django.apps import AppConfig


class ChaptersConfig(AppConfig):
    """The app of texts: no models, no views."""

    name = "workbook.chapters"
