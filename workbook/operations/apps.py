import gc

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The app of running a site."""

    name = "workbook.operations"

    def ready(self) -> None:
        """Registers what ``manage.py check`` asks of settings and keys."""
        # What is loaded by now stays: nobody need look through it again, in no worker either.
        gc.freeze()
        gc.enable()
