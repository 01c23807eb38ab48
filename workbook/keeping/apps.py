import gc

from django.apps import AppConfig


class KeepingConfig(AppConfig):
    name = "workbook.keeping"

    def ready(self) -> None:
        # What is loaded by now stays: nobody need look through it again, in no worker either.
        gc.freeze()
        gc.enable()
