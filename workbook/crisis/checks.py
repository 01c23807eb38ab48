"""What ``manage.py check`` says about the crisis lines."""

from typing import Any

from django.core.checks import CheckMessage, Error

from workbook.crisis import loader


def operators_lines(**_kwargs: Any) -> list[CheckMessage]:
    """Reports the lines of the operator's site.toml that can't be shown."""
    return [
        Error(problem, hint="Fix it; the other lines are shown meanwhile.", id="safety.E001")
        for problem in loader.reading().problems
    ]
