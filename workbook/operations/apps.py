import gc

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "workbook.operations"

    def ready(self) -> None:
        # What is loaded by now stays: nobody need look through it again, in no worker either.
        gc.freeze()
        gc.enable()
