"""What ``manage.py check`` says about texts: what the compiler finds, and every rule that is broken
where it is published.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from workbook.chapters.checks import content
from workbook.crisis.loader import help_lines


def texts(**kwargs: Any) -> list[CheckMessage]:
    """Returns what the compiler says of every text, and what the linter says of published ones."""
    return [*content(**kwargs), *published_texts(**kwargs)]


def published_texts(**_kwargs: Any) -> list[CheckMessage]:
    """Returns an error for each rule that is broken where it keeps a text from being published."""
    # Linting is worth importing only once something is to be linted.
    from workbook.authoring.lint.run import broken_rules
    from workbook.authoring.lint.texts import read_sheets

    root = settings.CONTENT_DIR
    found = sorted(set(broken_rules(root, help_lines(), read_sheets(root))))
    return [Error(str(one), id=f"content.{one.code}") for one in found if one.stops]
