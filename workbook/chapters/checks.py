"""What ``manage.py check`` says about the content folder."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

from workbook.chapters.codes import TOLERATED

CONTENT = "content"
"""The tag: ``manage.py check --tag content``."""


def content(**_kwargs: Any) -> list[CheckMessage]:
    """Reports every problem in every text, drafts included.

    A prompt without id in a draft is a warning: the tools stamp ids, and publishing needs them.
    """
    # Compiling is worth importing only once something is to be compiled.
    from workbook.chapters.loading import load

    made = load(settings.CONTENT_DIR)
    messages: list[CheckMessage] = []
    for problem in made.problems:
        is_tolerated = problem.code in TOLERATED and problem.path not in made.left_out
        kind = Advice if is_tolerated else Error
        messages.append(kind(str(problem), id=f"content.{problem.code}"))
    return messages
