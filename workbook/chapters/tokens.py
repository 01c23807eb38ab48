"""``{{lifeline}}`` and its kin: lines and resources by name, so that no number stands in prose."""

import html
import re
from dataclasses import dataclass

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from workbook.crisis.lines import CrisisLine, HelpLines, Resource, host
from workbook.prompts.problems import did_you_mean

TOKEN = re.compile(r"\{\{[ \u00a0]*(?P<name>[^{}\n]{0,80}?)[ \u00a0]*\}\}")
PARTS = ("number", "name", "link")


class UnknownToken(LookupError):
    """Its text is the code and the message for the author."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Tokens:
    """What each token stands for on this site."""

    help: HelpLines

    def html(self, name: str) -> SafeString:
        """Raises UnknownToken."""
        key, dot, part = name.partition(".")
        named: dict[str, CrisisLine | Resource] = {}
        named.update((resource.key, resource) for resource in self.help.resources)
        named.update((line.key, line) for line in self.help.lines)
        if key not in named:
            hint = did_you_mean(key, named) or f" Known are: {', '.join(named)}."
            raise UnknownToken(
                "L111", f"There is no crisis line or resource called '{key[:40]}'.{hint}"
            )
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
        raise UnknownToken(
            "L112", f"'{key}' takes .number, .name or .link behind it, not '.{part[:20]}'.{hint}"
        )

    def plain(self, name: str) -> str:
        """The same without links, for labels. Raises UnknownToken."""
        return html.unescape(strip_tags(self.html(name)))
