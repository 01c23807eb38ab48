from django.apps import AppConfig


class AuthoringConfig(AppConfig):
    """The app of the authors' tools."""

    name = "workbook.authoring"

    def ready(self) -> None:
        """Registers what `manage.py check` says about texts."""
        from django.core.checks import register

        from workbook.authoring.checks import texts
        from workbook.authoring.remembering import remembered
        from workbook.chapters.checks import CONTENT

        register(remembered(texts), CONTENT)
