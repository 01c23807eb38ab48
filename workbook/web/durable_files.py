"""Writing a file whole or not at all: whatever is cut off, half of it never stands in its place.

Nothing here imports Django: the settings are read through the keys, which are written by this.
"""

import os
import secrets
from pathlib import Path


def write_whole(
    path: Path, content: str | bytes, *, mode: int | None = 0o600, replace: bool = True
) -> None:
    """Puts ``content`` in the file at ``path`` in one step, and waits until it is on the disk.

    It is written beside the file under a hidden name and then moved: a crash leaves the old file
    or the new one.

    Args:
        path: where it goes; the folder must be there.
        content: text (kept as UTF-8, its line ends as they are) or bytes.
        mode: the new file's rights; None keeps those of the old one, 0644 where there is none.
        replace: whether it may take the place of a file that is there.

    Raises:
        FileExistsError: without ``replace``, where there is a file: of two at once one is refused.
        OSError, UnicodeEncodeError: where it can't be written; then nothing has changed.
    """
    data = content.encode() if isinstance(content, str) else content
    if mode is None:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        if replace:
            draft.replace(path)
        else:
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    make_durable(path.parent)


def make_durable(path: Path) -> None:
    """Waits until a file's bytes, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
