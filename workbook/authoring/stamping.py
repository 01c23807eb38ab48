"""Gives an id to each question that has none, in the author's own file.

An id is random and never made from the wording: wordings change, and answers are kept under ids.
"""

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from workbook.authoring.files import replace_text
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.texts import is_under, read_sheets

# No letters or digits that are taken for one another, and no vowels: no words by accident.
LETTERS = "bcdfghjkmnpqrstvwxz23456789"
LENGTH = 5


def new_id(slug: str, taken: set[str]) -> str:
    """Returns an id such as ``steady-first-k7q2x`` that nothing in the book has."""
    while True:
        ident = f"{slug[:40]}-{''.join(secrets.choice(LETTERS) for _ in range(LENGTH))}"
        if ident not in taken:
            taken.add(ident)
            return ident


def stamped(sheet: Sheet, taken: set[str]) -> str | None:
    """Returns the text with an id for each question; None where every one has its own.

    ``taken`` are the book's ids, and grows.
    """
    lines = sheet.draft.text.split("\n")
    slug = Path(sheet.path).stem.partition("-")[2] if sheet.kind == "chapter" else "intro"
    changed = False
    for block in sheet.blocks:
        # A card has an id as well, which its address needs.
        if block.kind and "id" in block.kind.__dataclass_fields__ and not block.ident:
            lines[block.line - 1] = f"{lines[block.line - 1].rstrip()} {new_id(slug, taken)}"
            changed = True
    return "\n".join(lines) if changed else None


def ids_of(sheets: Sequence[Sheet]) -> set[str]:
    """Returns every id of a book, former ones too."""
    return {ident for sheet in sheets for block in sheet.blocks for ident in block.storage_ids}


def stamp_files(root: Path, paths: Sequence[str] = ()) -> Iterator[str]:
    """Stamps every text under ``paths`` (all for none) and names those that changed."""
    sheets = read_sheets(root)
    for book in sorted({sheet.folder for sheet in sheets if sheet.kind == "book"}):
        own = [sheet for sheet in sheets if sheet.folder == book]
        taken = ids_of(own)
        for sheet in own:
            if is_under(sheet.path, paths) and (text := stamped(sheet, taken)):
                replace_text(root / sheet.path, text)
                yield sheet.path
