#!/usr/bin/env python3
"""Alongside's command line: ``manage.py help`` lists what there is to do."""

import gc
import os
import sys
from pathlib import Path


def main() -> None:
    """Run one command; a wrong setting ends in one line that says how to mend it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbook.settings")
    read_env_file(Path(__file__).with_name(".env"))
    # Nothing that is loaded at a start is ever thrown away, and looking for what could be takes a
    # tenth of it. workbook/operations/apps.py goes on with it once all is loaded.
    gc.disable()
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from workbook.operations.keys import KeysError

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, KeysError) as error:
        sys.exit(f"Alongside can't start: {error}")


def read_env_file(path: Path) -> None:
    """Take NAME=value lines of ``path`` into the environment; what is set already wins."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        name, equals, value = line.strip().partition("=")
        if equals and name.isidentifier():
            os.environ.setdefault(name, value.strip().strip("\"'"))


if __name__ == "__main__":
    main()
