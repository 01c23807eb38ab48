from django.apps import AppConfig
from django.core import checks


class CrisisConfig(AppConfig):
    """The app of crisis lines and error pages: no models."""

    name = "workbook.crisis"

    def ready(self) -> None:
        """Reads the crisis lines and registers what checks them."""
        from workbook.crisis import checks as own_checks
        from workbook.crisis.loader import help_lines

        # Read at the start: a site that can't show help must not begin to answer, and a page that
        # has to be drawn in trouble finds the lines in memory.
        help_lines()
        checks.register(own_checks.operators_lines)
