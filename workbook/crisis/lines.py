"""Crisis lines and resources: what they are, and how each is shown and linked.

:func:`workbook.crisis.loader.help_lines` gives them all.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

GROUPS = ("now", "more", "elsewhere")


class ContactWay(NamedTuple):
    """One way to reach a line: ``kind`` is call, text, chat or link."""

    kind: str
    href: str
    label: str


@dataclass(frozen=True, kw_only=True)
class CrisisLine:
    """Someone to reach, as help.toml describes them.

    Attributes:
        group: "now", "more" or "elsewhere".
        region: a country's two letters, "EU", or "world".
        call, text: digits to dial or to write to; ``call_shown`` and ``text_shown`` are how to
            print them.
        press: the key to press once the call is answered.
        text_word: what to write first.
        inline: a phrase for the middle of a sentence, with {call}, {text} and {link}.
        expect: what happens when you get in touch, in order.
        standing: "read" on the service's own page, or "second-hand".
    """

    key: str
    name: str
    group: str = "more"
    region: str = ""
    call: str = ""
    call_shown: str = ""
    press: str = ""
    text: str = ""
    text_shown: str = ""
    text_word: str = ""
    chat: str = ""
    link: str = ""
    inline: str = ""
    for_whom: str = ""
    expect: tuple[str, ...] = ()
    hours: str = ""
    languages: str = ""
    note: str = ""
    source: str = ""
    standing: str = ""
    checked_on: dt.date | None = None

    @property
    def number(self) -> str:
        """The number as printed: the one to call, or else the one to write to."""
        return self.call_shown or self.call or self.text_shown or self.text

    @property
    def tel(self) -> str:
        """The address that dials the number, "" without one."""
        return f"tel:{self.call}" if self.call else ""

    @property
    def sms(self) -> str:
        """The address that begins a message (RFC 5724), "" without a number.

        iPhones read what follows "&", Android what follows "?"; both read this.
        """
        if not self.text:
            return ""
        return f"sms:{self.text}" + (f"?&body={quote(self.text_word)}" if self.text_word else "")

    def ways(self) -> list[ContactWay]:
        """Returns every way to reach this line, the quickest first."""
        ways = []
        if self.call:
            label = _("Call %(number)s") % {"number": self.call_shown or self.call}
            if self.press:
                label = _("%(call)s, press %(key)s") % {"call": label, "key": self.press}
            ways.append(ContactWay("call", self.tel, label))
        if self.text:
            shown = self.text_shown or self.text
            label = _("Text %(number)s") % {"number": shown}
            if self.text_word:
                values = {"number": shown, "word": self.text_word}
                label = _("Text %(word)s to %(number)s") % values
            ways.append(ContactWay("text", self.sms, label))
        if self.chat:
            label = _("Chat at %(host)s") % {"host": host(self.chat)}
            ways.append(ContactWay("chat", self.chat, label))
        if self.link and host(self.link) != host(self.chat):
            ways.append(ContactWay("link", self.link, host(self.link)))
        return ways

    def inline_html(self) -> SafeString:
        """Returns the line's phrase with numbers linked, or verbs where one number takes both."""
        phrase = self.inline or self.usual_phrase()
        number = self.call_shown or self.call
        parts = re.split(r"(\{call\}|\{text\}|\{link\})", phrase)
        words = parts[0].split()
        if self.text and self.text == self.call and "{text}" not in phrase and len(words) > 1:
            # "call or text {call}": one number, two ways, so the verbs take the links.
            first, *between, last = words
            return format_html(
                '<a href="{}">{}</a> {} <a href="{}">{} {}</a>{}',
                *(self.tel, first, " ".join(between), self.sms, last, number, "".join(parts[2:])),
            )
        links = {
            "{call}": format_html('<a href="{}">{}</a>', self.tel, number),
            "{text}": format_html('<a href="{}">{}</a>', self.sms, self.text_shown or self.text),
            "{link}": format_html('<a href="{}">{}</a>', self.link, host(self.link)),
        }
        return format_html_join("", "{}", ((links.get(part, part),) for part in parts))

    def usual_phrase(self) -> str:
        """Returns the phrase of a line that has none of its own, with {call}, {text} or {link}."""
        if self.call and self.text:
            return _("call {call} or text {text}")
        if self.call:
            return _("call {call}")
        return _("text {text}") if self.text else _("go to {link}")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """Somewhere to read, ask or look for someone; not a crisis line."""

    key: str
    name: str
    for_whom: str = ""
    link: str = ""
    source: str = ""
    checked_on: dt.date | None = None
    standing: str = ""

    def inline_html(self) -> SafeString:
        """Returns the name for the middle of a sentence, linked where there is an address."""
        if not self.link:
            return format_html("{}", self.name)
        return format_html('<a href="{}">{}</a>', self.link, self.name)


@dataclass(frozen=True, kw_only=True)
class HelpLines:
    """All of help.toml, with the operator's lines in it.

    Attributes:
        wording: the sentence that the service asks others to use.
        disclaimer: what this is and isn't, for every page.
        banner: the keys of the lines in the banner, first the one to name with its verb.
    """

    wording: str
    disclaimer: str
    beside_writing: str
    banner: tuple[str, ...]
    lines: tuple[CrisisLine, ...]
    resources: tuple[Resource, ...] = ()

    def line(self, key: str) -> CrisisLine:
        """Returns the line with this key.

        Raises:
            KeyError: when neither help.toml nor site.toml has it.
        """
        return self._by_key[key]

    def group(self, name: str) -> list[CrisisLine]:
        """Returns the lines of one of :data:`GROUPS`, in their order."""
        return [line for line in self.lines if line.group == name]

    @cached_property
    def edition(self) -> str:
        """A hash of everything here, alike in every process; any change makes it another."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]

    @cached_property
    def _by_key(self) -> dict[str, CrisisLine]:
        return {line.key: line for line in self.lines}

    def banner_html(self) -> SafeString:
        """Returns the banner's links, numbers first, with dots between them."""
        links = []
        for place, key in enumerate(self.banner):
            line = self.line(key)
            ways = line.ways()
            for way in [way for way in ways if way.kind in {"call", "text"}] or ways[:1]:
                label = format_html("{}", way.label)
                if place > 0 and way.label == _("Call %(number)s") % {"number": line.number}:
                    # Past the first line the number alone: it has to stay one slim line.
                    hidden = format_html('<span class="visually-hidden">{} </span>', _("Call"))
                    label = format_html("{}{}", hidden, line.number)
                links.append(format_html('<a href="{}">{}</a>', way.href, label))
        dot = SafeString(' <span class="dot" aria-hidden="true">·</span> ')
        return format_html_join(dot, "{}", ((link,) for link in links))

    def beside_writing_html(self) -> SafeString:
        """Returns the sentence for the side of a field, with the first line's phrase linked."""
        before, _placeholder, after = self.beside_writing.partition("{lifeline}")
        return format_html("{}{}{}", before, self.line(self.banner[0]).inline_html(), after)


def host(link: str) -> str:
    """Returns what to show of a link: its host, without "www."."""
    return urlsplit(link).netloc.removeprefix("www.")
