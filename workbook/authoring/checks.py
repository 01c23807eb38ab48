"""What ``manage.py check`` says about texts: what the compiler finds, and every rule that is broken
where it is published.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from workbook.chapters.checks import content
from workbook.crisis.loader import help_lines


def texts(**kwargs: Any) -> list[CheckMessage]:
    """Both."""
    return [*content(**kwargs), *published_texts(**kwargs)]


def published_texts(**_kwargs: Any) -> list[CheckMessage]:
    """Everything that stops publishing, except what the chapters' own check says already."""
    # Linting is worth importing only once something is to be linted.
    from workbook.authoring.lint.codes import RULES
    from workbook.authoring.lint.run import lint

    report = lint(settings.CONTENT_DIR, help_lines())
    return [
        Error(str(finding), id=f"content.{finding.code}")
        for finding in report.stopping
        if finding.code in RULES
    ]
