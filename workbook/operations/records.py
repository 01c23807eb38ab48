"""What an operator has proven and what was backed up: ``keeping.json`` in the data folder.

Nothing in it is secret, and nothing is of readers. Losing it costs a few steps, no words.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings

FILE_NAME = "keeping.json"

Records = dict[str, Any]
"""``key_sheet``: {keys, on}; ``backups``: the latest first, [{name, sha256, made_at}];
``seen_elsewhere``: {name, made_at, on}."""


def read() -> Records:
    """What is noted; nothing, where the file is missing or damaged."""
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def note(**values: Any) -> None:
    """Set some of the records, whole and durably, with mode 0600."""
    path = _path()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(read() | values, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _path() -> Path:
    folder: Path = settings.DATA_DIR
    return folder / FILE_NAME
