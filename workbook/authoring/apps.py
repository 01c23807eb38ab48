from django.apps import AppConfig


class AuthoringConfig(AppConfig):
    name = "workbook.authoring"

    def ready(self) -> None:
        from django.core.checks import register

        from workbook.authoring import checks
        from workbook.chapters.checks import CONTENT

        register(checks.published_texts, CONTENT)
