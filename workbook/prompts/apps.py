from django.apps import AppConfig


class PromptsConfig(AppConfig):
    """The app of the kinds of block: no models, no views."""

    name = "workbook.prompts"
