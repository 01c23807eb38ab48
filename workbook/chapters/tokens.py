"""``{{lifeline}}`` and its kin: lines and resources by name, so that no number stands in prose."""

import re
from dataclasses import dataclass
from html import unescape

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from workbook.chapters.codes import CodedError
from workbook.crisis.lines import CrisisLine, HelpLines, Resource, host
from workbook.prompts.problems import did_you_mean

TOKEN = re.compile(r"\{\{[ \u00a0]*(?P<name>[^{}\n]{0,80}?)[ \u00a0]*\}\}")
PARTS = ("number", "name", "link")


class UnknownToken(CodedError):
    """No crisis line or resource has this name, or it lacks what is asked of it."""


@dataclass(frozen=True)
class Tokens:
    """What each token stands for on this site."""

    help: HelpLines

    def html(self, name: str) -> SafeString:
        """Returns what a token is shown as, with its links.

        Raises:
            UnknownToken: when nothing has this name, or it lacks the part behind the dot.
        """
        key, dot, part = name.partition(".")
        entries: tuple[CrisisLine | Resource, ...] = (*self.help.resources, *self.help.lines)
        named = {entry.key: entry for entry in entries}
        if key not in named:
            hint = did_you_mean(key, named) or f" Known are: {', '.join(named)}."
            message = f"There is no crisis line or resource called '{key[:40]}'.{hint}"
            raise UnknownToken("L111", message)
        entry = named[key]
        if not dot:
            return entry.inline_html()
        if part == "name":
            return format_html("{}", entry.name)
        if part == "number" and isinstance(entry, CrisisLine) and entry.number:
            return format_html('<a href="{}">{}</a>', entry.tel or entry.sms, entry.number)
        if part == "link" and entry.link:
            return format_html('<a href="{}">{}</a>', entry.link, host(entry.link))
        if part in PARTS:
            raise UnknownToken("L112", f"'{key}' has no {part}. Write '{{{{{key}}}}}' instead.")
        hint = did_you_mean(part, PARTS)
        message = f"'{key}' takes .number, .name or .link behind it, not '.{part[:20]}'.{hint}"
        raise UnknownToken("L112", message)

    def plain(self, name: str) -> str:
        """Returns the words of a token, for labels, which hold no links. Raises UnknownToken."""
        return unescape(strip_tags(self.html(name)))
