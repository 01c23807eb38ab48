from django.apps import AppConfig


class ChaptersConfig(AppConfig):
    name = "workbook.chapters"

    def ready(self) -> None:
        from django.core.checks import register

        from workbook.chapters import checks

        register(checks.content, checks.CONTENT)
