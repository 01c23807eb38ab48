from django.apps import AppConfig


class ChaptersConfig(AppConfig):
    name = "workbook.chapters"
