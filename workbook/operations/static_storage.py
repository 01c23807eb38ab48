"""Where built static files are kept: style sheets without their comments, hashed and compressed."""

import re
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

# A comment with the line it stands on alone, or without. No string of ours holds one.
COMMENT = re.compile(r"[ \t]*/\*.*?\*/(?:[ \t]*\n)?", re.DOTALL)
OURS = "css/"


def without_comments(css: str) -> str:
    """Returns a style sheet without its comments."""
    return re.sub(r"^\s+", "", COMMENT.sub("", css), flags=re.MULTILINE)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Stores static files under hashed names, and style sheets without their comments.

    What those say is for who changes the sheets; a phone would pay for each word.
    """

    def _save(self, name: str, content: Any) -> str:
        if name.startswith(OURS) and name.endswith(".css"):
            text = b"".join(content.chunks()).decode()
            content = ContentFile(without_comments(text).encode())
        saved: str = super()._save(name, content)
        return saved
