"""What ``manage.py check`` found in the texts, while nothing that it depends on has changed.

Reading every text through the compiler and the linter takes longer than all of Django's checks, and
nearly always finds what it found before. What was found is kept in the data folder under a name for
everything it was found from: the texts, the crisis lines, the code, and the day.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.utils import timezone

from workbook.chapters.files import PAGES
from workbook.crisis import loader
from workbook.web.durable_files import write_whole

FILE_NAME = "check-memory.json"
PACKAGE = Path(__file__).resolve().parents[1]
SHIPPED = PACKAGE.parent / "content"

Check = Callable[..., list[CheckMessage]]


def remembered(check: Check) -> Check:
    """Returns a check that asks the given one only where something has changed.

    A file that can't be read or written costs time and nothing else.
    """

    @wraps(check)
    def remembering(**kwargs: Any) -> list[CheckMessage]:
        path, state = settings.DATA_DIR / FILE_NAME, state_of_texts()
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["state"] == state:
                found = kept["found"]
                return [CheckMessage(level, words, id=code) for level, words, code in found]
        messages = check(**kwargs)
        plain = [[message.level, message.msg, message.id] for message in messages]
        with suppress(OSError):
            write_whole(path, json.dumps({"state": state, "found": plain}), mode=None)
        return messages

    return remembering


def state_of_texts() -> str:
    """Returns a name for everything that what is found depends on."""
    # Some lines grow old: what was right yesterday may want looking at today.
    readers = [version(name) for name in ("django", "markdown", "bleach", "nh3", "pyyaml")]
    made = hashlib.sha256(f"{sys.version} {readers} {timezone.localdate()}".encode())
    for path in _files():
        made.update(f"\0{path}\0".encode("utf-8", "surrogateescape"))
        with suppress(OSError):
            made.update(path.read_bytes())
    return made.hexdigest()


def _files() -> Iterator[Path]:
    """The site's and, where it has none of its own, the release's; and all code that reads them."""
    yield from loader.files()
    for root in (settings.CONTENT_DIR, SHIPPED / PAGES, PACKAGE):
        found = (path for path in root.rglob("*") if path.suffix != ".pyc")
        yield from sorted(path for path in found if path.is_file())
