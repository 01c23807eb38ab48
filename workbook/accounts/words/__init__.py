"""Word lists that ship with the site: ``first`` and ``second`` for names, ``passphrase``."""

from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> tuple[str, ...]:
    """Returns the words of a list, in the order of its file."""
    text = (files(__package__) / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
