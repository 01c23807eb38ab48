from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "workbook.pages"
