from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "workbook.pages"

    def ready(self) -> None:
        # The help page belongs to safety, which may know nothing of chapters.
        from workbook.crisis.views import register_prose
        from workbook.pages.prose import help_prose

        register_prose(help_prose)
