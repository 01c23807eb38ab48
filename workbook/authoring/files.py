"""Writing an author's file: whole or not at all, and never over words that came meanwhile."""

import hashlib
from pathlib import Path

from workbook.web.durable_files import write_whole


class Changed(Exception):
    """The file is not what it was when its editor was opened. ``text`` is what it holds now."""

    def __init__(self, text: str) -> None:
        super().__init__("The file was changed by someone else.")
        self.text = text


def read_text(path: Path) -> str:
    """Returns a file's text with line ends as ``\\n`` and without a byte order mark."""
    return usual_lines(path.read_bytes().decode("utf-8-sig"))


def usual_lines(text: str) -> str:
    """Returns a text with line ends as ``\\n``, whatever a file or a browser had."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def mark(text: str) -> str:
    """Returns a mark that tells one state of a text from others: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def save(path: Path, text: str, *, seen: str) -> str:
    """Puts a text in place of the one that its editor saw, and returns the new mark.

    Raises:
        Changed: when the file holds something else by now, another editor's words perhaps.
    """
    current = read_text(path)
    if mark(current) != seen and current != text:
        raise Changed(current)
    return replace_text(path, text)


def replace_text(path: Path, text: str) -> str:
    """Puts a text in place, whole and with the file's rights, and returns its mark."""
    whole = text if text.endswith("\n") else f"{text}\n"
    write_whole(path, whole, mode=None)
    return mark(whole)


def create(path: Path, text: str) -> None:
    """Writes a new file. Raises FileExistsError: what is there is never overwritten."""
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
