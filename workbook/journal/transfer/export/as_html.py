"""The journal as one HTML file that needs nothing else: it opens from any disk, for years."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.template.loader import get_template
from django.utils.crypto import get_random_string
from django.utils.safestring import SafeString

from workbook.chapters.book import Book
from workbook.journal.entries.placed import place_name, standing_of
from workbook.journal.transfer.export.records import Record

STYLE = Path(__file__).with_name("file.css")


def written_down(
    records: Iterable[Record],
    head: dict[str, Any],
    books: Sequence[Book],
    zone: datetime.tzinfo,
) -> Iterator[str]:
    """Yields the whole document. ``head`` is what :func:`files.head` returns."""
    # The page is one template; what grows without bounds goes where it leaves a mark.
    mark = f"<!-- {get_random_string(32)} -->"
    # The style stands inside the file because there is nothing beside it; it leaves this site as a
    # download and is never shown under the site's own policy.
    style = SafeString(f"<style>{STYLE.read_text(encoding='utf-8')}</style>")
    context = {**head, "style": style, "entries": SafeString(mark)}
    page = get_template("journal/transfer/file.html").render(context)
    before, _mark, after = page.partition(mark)
    yield before
    template = get_template("journal/transfer/_entry.html")
    day = None
    for record in records:
        context = {
            "record": record,
            "day": record.day if record.day != day else None,
            "place_name": place_name(record.now, standing_of(record.now, books)),
            "zone": zone,
        }
        day = record.day
        yield template.render(context)
    yield after
