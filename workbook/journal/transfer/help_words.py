"""Help as plain words, for files that know no links. Numbers come from where all of them do."""

from django.utils.translation import gettext as _

from workbook.crisis.lines import HelpLines
from workbook.crisis.loader import help_lines


def help_line(lines: HelpLines | None = None) -> str:
    """The banner as one sentence: ``Help now: Call …, Text …``, and where to chat."""
    lines = lines or help_lines()
    ways = [way for key in lines.banner for way in lines.line(key).ways() if way.kind != "link"]
    return _("Help now: %(ways)s") % {"ways": " · ".join(way.label for way in ways)}
