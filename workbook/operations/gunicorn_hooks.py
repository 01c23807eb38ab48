"""What gunicorn calls of ours (its ``--config``)."""

from typing import Any


def on_starting(_arbiter: Any) -> None:
    """Loads what workers share, before any of them is forked."""
    from workbook.operations.servers import load_what_workers_share

    load_what_workers_share()
