"""The journal as JSON: the file that another Alongside reads back. See docs/export-format.md."""

import datetime
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from workbook.journal.reading_position import place_of
from workbook.journal.review.hidden import Hidden, hidden_of
from workbook.journal.transfer.export.records import Opened, Record, Stock, Version

FORMAT = "alongside-journal"
VERSION = 2

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def dumps(value: Any) -> str:
    """Returns JSON that is valid UTF-8 whatever was typed: half an emoji becomes its escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "), allow_nan=False)
    return _HALF_A_PAIR.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def version_data(version: Version) -> dict[str, Any]:
    """Returns one version as an object; what it doesn't have is left out."""
    said = version.to_payload(for_file=True)
    return {key: value for key, value in said.items() if key not in version.IDENTITY}


def record_data(record: Record) -> dict[str, Any]:
    """Returns an entry as an object, with its versions."""
    asked = {"asked": list(record.asked)} if record.asked else {}
    return {
        **{key: getattr(record.now, key) for key in record.now.IDENTITY},
        "day": record.day.isoformat(),
        **version_data(record.now),
        "earlier": [version_data(version) for version in record.earlier],
        **asked,
    }


def written_down(
    stock: Stock, opened: Iterable[Opened], made_at: datetime.datetime, help_words: dict[str, str]
) -> Iterator[bytes]:
    """Yields the whole document: one JSON object, each entry on a line of its own."""
    # What came back stands with the entry that brought it back: elsewhere it has another id.
    where = place_of(stock.person, stock.keyring)
    hidden = hidden_of(stock.person, stock.keyring)
    head = {
        "format": FORMAT,
        "version": VERSION,
        **help_words,
        "made_at": made_at.isoformat(),
        "place": where.to_payload(for_file=True) if where.book or where.closed_cards else None,
        "put_aside": hidden.to_payload() if hidden != Hidden() else None,
    }
    yield b"{\n"
    for name, value in head.items():
        yield f"{dumps(name)}: {dumps(value)},\n".encode()
    yield b'"entries": ['
    damaged, before = 0, b"\n"
    for one in opened:
        damaged += one.damaged
        if one.record:
            yield before + dumps(record_data(one.record)).encode()
            before = b",\n"
    left_out = {"damaged": damaged, "closed": stock.closed}
    yield f'\n],\n"left_out": {dumps(left_out)}\n}}\n'.encode()
