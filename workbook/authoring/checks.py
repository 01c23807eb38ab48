"""What ``manage.py check`` adds to the compiler's own: published texts keep every rule."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from workbook.authoring.lint.codes import RULES
from workbook.authoring.lint.run import lint
from workbook.safety.lines import help_lines


def published_texts(**_kwargs: Any) -> list[CheckMessage]:
    """Everything that stops publishing, except what the chapters' own check says already."""
    report = lint(settings.CONTENT_DIR, help_lines())
    return [
        Error(str(finding), id=f"content.{finding.code}")
        for finding in report.stopping
        if finding.code in RULES
    ]
