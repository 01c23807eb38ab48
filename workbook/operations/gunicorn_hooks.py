"""What gunicorn calls of ours (its ``--config``)."""

from typing import Any


def on_starting(_arbiter: Any) -> None:
    """The application is loaded, and no worker has been forked yet."""
    from workbook.operations.servers import load_what_workers_share

    load_what_workers_share()
