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
from workbook.crisis.lines import HelpLines
from workbook.crisis.loader import help_lines
from workbook.journal.entries.placed import is_sensitive, standing_of
from workbook.journal.entries.store import zone_of
from workbook.journal.rendering.moments import day_in_words
from workbook.journal.transfer.export import as_html, as_json, as_markdown
from workbook.journal.transfer.export.archive import Member, packed
from workbook.journal.transfer.export.records import Opened, Stock
from workbook.vault.keyring import Keyring

JSON_NAME = "journal.json"


def file_name(person: User, today: datetime.date) -> str:
    """Returns what the download is called: no more than a date where titles are neutral."""
    return f"{'notes' if person.neutral_titles else 'journal'}-{today.isoformat()}.zip"


def chunks(person: User, keyring: Keyring) -> Iterator[bytes]:
    """Returns the zip, a piece at a time; the first is ready only once the database has answered.

    Nothing is kept between two pieces but a list of which entries there are: whatever else the
    site has to do goes on meanwhile.
    """
    return packed(_Export(person, keyring).members())


def head(title: str, about: list[str]) -> dict[str, Any]:
    """Returns what stands above the entries of a readable file, and the disclaimer below them."""
    lines = help_lines()
    return {
        "title": title,
        "about": about,
        "help": help_line(lines),
        "calls": lines.banner_html(),
        "disclaimer": lines.disclaimer,
        "language": get_language() or settings.LANGUAGE_CODE,
    }


def help_line(lines: HelpLines | None = None) -> str:
    """Returns the banner as one sentence, for files that know no links: ``Help now: Call …``."""
    lines = lines or help_lines()
    ways = [way for key in lines.banner for way in lines.line(key).ways() if way.kind != "link"]
    return _("Help now: %(ways)s") % {"ways": " · ".join(way.label for way in ways)}


class _Export:
    """The files of one zip, in the order they are packed."""

    def __init__(self, person: User, keyring: Keyring) -> None:
        self.stock = Stock.of(person, keyring)
        self.books = library().books
        self.made_at = timezone.now()
        self.zone = zone_of(person)
        # Known once the first file has gone through all entries.
        self.sensitive: set[UUID] = set()
        self.ordinary: set[UUID] = set()
        self.damaged = 0

    def members(self) -> Iterator[Member]:
        """Yields each file; JSON first, which finds out what the others hold."""
        help_words = {"help": help_line(), "disclaimer": help_lines().disclaimer}
        json = as_json.written_down(self.stock, self.noted(), self.made_at, help_words)
        yield Member(JSON_NAME, json)
        about = self.about()
        if self.sensitive:
            about.append(_("Answers to questions marked as sensitive are in a separate file."))
        yield from self.readable("journal", _("Journal"), about, self.ordinary)
        if self.sensitive:
            title = _("Kept separate: answers to sensitive questions")
            yield from self.readable("kept-apart", title, self.about(), self.sensitive)
        yield Member("read-me.txt", [self.read_me().encode("utf-8", "replace")])

    def noted(self) -> Iterator[Opened]:
        """Yields every entry, noted on its way by the file it is to be read in."""
        for one in self.stock.records():
            self.damaged += one.damaged
            if one.record:
                standing = standing_of(one.record.now, self.books)
                is_apart = any(is_sensitive(version, standing) for version in one.record.versions)
                (self.sensitive if is_apart else self.ordinary).add(one.id)
            yield one

    def readable(
        self, name: str, title: str, about: list[str], only: set[UUID]
    ) -> Iterator[Member]:
        """Yields some entries as HTML and as markdown."""
        for ending, write in (("html", as_html.written_down), ("md", as_markdown.written_down)):
            records = (one.record for one in self.stock.records(only) if one.record)
            text = write(records, head(title, about), self.books, self.zone)
            parts = (part.encode("utf-8", "replace") for part in text)
            yield Member(f"{name}.{ending}", parts)

    def about(self) -> list[str]:
        """Returns what a readable file says of itself."""
        made = day_in_words(self.made_at.astimezone(self.zone).date())
        return [
            _("Written down on %(date)s, the oldest first.") % {"date": made},
            _("This file is not locked. Anyone who has it can read it."),
        ]

    def read_me(self) -> str:
        """Returns the text that tells which file is what, and what isn't in any."""
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
                    "Not in here: %(count)d entries or versions that are damaged, "
                    "or were changed from outside this site. "
                    "They are still on the site as they are. A backup may still have them."
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
