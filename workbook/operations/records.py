"""What an operator has proven and what was backed up: ``keeping.json`` in the data folder.

Nothing in it is secret, and nothing is of readers. Losing it costs a few steps, no words.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from workbook.web.durable_files import write_whole

FILE_NAME = "keeping.json"

Records = dict[str, Any]
"""``key_sheet``: {keys, on}; ``backups``: the latest first, [{name, sha256, made_at}];
``seen_elsewhere``: {name, made_at, on}."""


def read() -> Records:
    """Returns the records in the file; none where it is missing or damaged."""
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def note(**values: Any) -> None:
    """Sets some of the records, whole and durably, with mode 0600."""
    write_whole(_path(), json.dumps(read() | values, indent=1))


def _path() -> Path:
    return Path(settings.DATA_DIR, FILE_NAME)
