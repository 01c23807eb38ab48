from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The pages that readers see, as an app of Django."""

    name = "workbook.pages"

    def ready(self) -> None:
        """Hands the page of help its words that are written in markdown."""
        # The page of help belongs to ``workbook.crisis``, which may know nothing of chapters.
        from workbook.crisis.views import register_prose
        from workbook.pages.prose import help_prose

        register_prose(help_prose)
