"""Everything a person has written here, as one zip that is made while it is being sent."""

import datetime
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workbook.accounts.models import User
from workbook.chapters.loader import library
from workbook.crisis.loader import help_lines
from workbook.journal.entries.placed import is_sensitive, standing_of
from workbook.journal.entries.store import zone_of
from workbook.journal.rendering.moments import day_in_words
from workbook.journal.transfer.export import as_html, as_json, as_markdown
from workbook.journal.transfer.export.archive import Member, packed
from workbook.journal.transfer.export.records import Opened, Record, Stock
from workbook.journal.transfer.help_words import help_line
from workbook.vault.keyring import Keyring

JSON_NAME = "journal.json"


def file_name(person: User, today: datetime.date) -> str:
    """What the download is called; one with neutral titles shows no more in a list of files."""
    return f"{'notes' if person.neutral_titles else 'journal'}-{today.isoformat()}.zip"


def chunks(person: User, keyring: Keyring) -> Iterator[bytes]:
    """The zip, a piece at a time. The first piece is ready only once the database has answered.

    Nothing is kept between two pieces but a list of which entries there are: whatever else the
    site has to do goes on meanwhile.
    """
    return _Export(person, keyring).chunks()


def head(title: str, about: list[str]) -> dict[str, Any]:
    """What stands above the entries of a readable file, and the disclaimer below them."""
    lines = help_lines()
    return {
        "title": title,
        "about": about,
        "help": help_line(lines),
        "calls": lines.banner_html(),
        "disclaimer": lines.disclaimer,
        "language": get_language() or settings.LANGUAGE_CODE,
    }


class _Export:
    def __init__(self, person: User, keyring: Keyring) -> None:
        self.stock = Stock.of(person, keyring)
        self.books = library().books
        self.made_at = timezone.now()
        self.zone = zone_of(person)
        # Known once the first file has gone through all entries.
        self.sensitive: set[UUID] = set()
        self.ordinary: set[UUID] = set()
        self.damaged = 0

    def chunks(self) -> Iterator[bytes]:
        return packed(self.members())

    def members(self) -> Iterator[Member]:
        yield Member(
            JSON_NAME,
            as_json.written_down(self.stock, self.noted(), self.made_at, self.help_words()),
        )
        about = self.about()
        if self.sensitive:
            about.append(_("Answers to questions marked as sensitive are in a separate file."))
        journal = head(_("Journal"), about)
        yield Member("journal.html", self.readable(as_html, journal, self.ordinary))
        yield Member("journal.md", self.readable(as_markdown, journal, self.ordinary))
        if self.sensitive:
            apart = head(_("Kept separate: answers to sensitive questions"), self.about())
            yield Member("kept-apart.html", self.readable(as_html, apart, self.sensitive))
            yield Member("kept-apart.md", self.readable(as_markdown, apart, self.sensitive))
        yield Member("read-me.txt", [self.read_me().encode("utf-8", "replace")])

    def noted(self) -> Iterator[Opened]:
        """Every entry, noted on its way by the file it is to be read in."""
        for one in self.stock.records():
            self.damaged += one.damaged
            if one.record:
                standing = standing_of(one.record.now, self.books)
                is_apart = any(is_sensitive(version, standing) for version in one.record.versions)
                (self.sensitive if is_apart else self.ordinary).add(one.id)
            yield one

    def readable(self, writer: Any, head: dict[str, Any], only: set[UUID]) -> Iterator[bytes]:
        parts: Iterator[bytes] = writer.written_down(
            self.records(only), head, self.books, self.zone
        )
        return parts

    def records(self, only: set[UUID]) -> Iterator[Record]:
        return (one.record for one in self.stock.records(only) if one.record)

    def help_words(self) -> dict[str, str]:
        return {"help": help_line(), "disclaimer": help_lines().disclaimer}

    def about(self) -> list[str]:
        made = day_in_words(self.made_at.astimezone(self.zone).date())
        return [
            _("Written down on %(date)s, the oldest first.") % {"date": made},
            _("This file is not locked. Anyone who has it can read it."),
        ]

    def read_me(self) -> str:
        files = [
            _("journal.html: to read in any browser, with earlier versions folded in"),
            _("journal.md: the same as plain text (markdown)"),
        ]
        if self.sensitive:
            files.append(
                _("kept-apart.html, kept-apart.md: answers to questions marked as sensitive")
            )
        files.append(
            _("journal.json: everything, with all versions, for importing into Alongside again")
        )
        parts = [help_line(), *self.about(), "\n".join(f"- {line}" for line in files)]
        if self.damaged:
            parts.append(
                _(
                    "Not in here: %(count)d entries or versions that are damaged, or were "
                    "changed from outside this site. They are still on the site as they are. "
                    "A backup may still have them."
                )
                % {"count": self.damaged}
            )
        if self.stock.closed:
            parts.append(
                _(
                    "Not in here: %(count)d entries of an older journal that is closed. "
                    "Open it under “Account”, then download everything again."
                )
                % {"count": self.stock.closed}
            )
        parts.append(help_lines().disclaimer)
        return "\n\n".join(parts) + "\n"
