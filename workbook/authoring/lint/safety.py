"""Rules 1 to 3: help stands where it is needed, and every number comes from one file, checked."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from workbook.authoring.lint.codes import RULES
from workbook.authoring.lint.finding import ERROR, WARNING, Finding
from workbook.authoring.lint.sheet import Sheet
from workbook.authoring.lint.text import Passage
from workbook.crisis.lines import CrisisLine, HelpLines, Resource

NAMES_DANGER = re.compile(
    r"\b(?:suicid\w*|self[\s-]+(?:harm|injur)\w*|overdos\w*|cris[ie]s"
    r"|(?:kill|hurt|harm)(?:ing)?\s+(?:myself|yourself|themselves|himself|herself))\b",
    re.IGNORECASE,
)
OTHER_CRISIS = re.compile(
    r"\b(?:identity|mid-?life|housing|energy|climate|financial|money|debt|political)\s+$",
    re.IGNORECASE,
)
NEAR = 150
"""Words between a mention and help: about what stands on two screens of a phone."""
GOOD_FOR = dt.timedelta(days=90)

NUMBER = re.compile(r"(?<![\w/$€£,.:])\+?\(?\d[\d()\s.\u2010-\u2015-]*\d(?![\w/%])")
TELEPHONE = re.compile(
    r"(?:\+?1[\s.-]*)?\(?\d{3}\)?[\s.\u2010-\u2015-]+\d{3}[\s.\u2010-\u2015-]+\d{4}|1?\d{10}"
)
FEW_DIGITS = 5
SHORT_NUMBER = re.compile(r"\d+|\d(?:[\s-]\d)+")
DIAL = re.compile(
    r"\b(?:call|dial|phone|ring|text|press|at|to|number|line)\W+(?:\w+\W+){0,2}$", re.IGNORECASE
)


def check(sheet: Sheet, lines: HelpLines) -> Iterator[Finding]:
    """Yields where help is missing, and numbers that are typed instead of named."""
    if sheet.kind == "chapter":
        yield from help_is_near(sheet)
    yield from no_numbers(sheet, lines)


def help_is_near(sheet: Sheet) -> Iterator[Finding]:
    """Yields a danger that is named without help close by, or at the end (rule 1).

    What is close is counted in words, so that it doesn't depend on how a text is set.
    """
    if not NAMES_DANGER.search(sheet.draft.text):
        return
    passages = sheet.passages
    found = next(((p, m) for p in passages if (m := _danger(p))), None)
    if found is None:
        return
    passage, match = found
    place = list(accumulate((len(p.words) for p in passages), initial=0))
    here = place[passages.index(passage)] + len(passage.text[: match.start()].split())
    helps = [block for block in sheet.blocks if block.role == "help"]
    first_help = min(
        (abs(_word_of(passages, place, block.line) - here) for block in helps), default=None
    )
    if first_help is None or first_help > NEAR:
        yield sheet.at("C01a", passage, match.start(), word=match[0])
    if not helps or _ends_before(sheet, helps[-1].line):
        yield sheet.finding("C01b", passages[-1].line)


def _danger(passage: Passage) -> re.Match[str] | None:
    for match in NAMES_DANGER.finditer(passage.text):
        if not OTHER_CRISIS.search(passage.text[: match.start()]):
            return match
    return None


def _word_of(passages: Sequence[Passage], place: Sequence[int], line: int) -> int:
    """How many words stand before a line."""
    for passage, words_before in zip(passages, place, strict=False):
        if passage.line >= line:
            return words_before
    return place[-1]


def _ends_before(sheet: Sheet, line: int) -> bool:
    """Whether anything but the help block's own text stands below a line."""
    return any(p.line > line and (p.block is None or p.block.line != line) for p in sheet.passages)


def no_numbers(sheet: Sheet, lines: HelpLines) -> Iterator[Finding]:
    """Yields each telephone number in a text (rule 2): numbers come from help.toml."""
    known = _known_numbers(lines.lines)
    # A short number of a line for this minute means it wherever it stands; one from elsewhere may
    # be a number of pages, and means it behind a word such as "dial".
    always = {line.call for line in lines.lines if line.group == "now"}
    for passage in sheet.passages:
        if not re.search(r"\d", passage.text):
            continue
        for match in NUMBER.finditer(passage.text):
            digits = re.sub(r"\D", "", match[0])
            key = known.get(digits) or known.get(digits.removeprefix("1"))
            if len(digits) < FEW_DIGITS and not (
                SHORT_NUMBER.fullmatch(match[0])
                and (digits in always or DIAL.search(passage.text[: match.start()]))
            ):
                continue
            if key or TELEPHONE.fullmatch(match[0].strip()):
                token = "{{" + (key or "lifeline") + "}}"
                or_add = "" if key else ", or add yours there first"
                yield sheet.at("C02", passage, match.start(), token=token, or_add=or_add)


@lru_cache(maxsize=1)
def _known_numbers(lines: tuple[CrisisLine, ...]) -> dict[str, str]:
    """The digits of every line with its key; the first line that has them."""
    known: dict[str, str] = {}
    for line in lines:
        numbers = (line.call, line.call_shown, line.text, line.text_shown)
        for text in (*numbers, *re.findall(r"[\d-]{7,}", line.note)):
            digits = re.sub(r"\D", "", text)
            if digits:
                known.setdefault(digits, line.key)
                known.setdefault(digits.removeprefix("1"), line.key)
    return known


def lines_are_fresh(
    lines: HelpLines, path: Path, shown: str, today: dt.date, *, release: bool
) -> Iterator[Finding]:
    """Yields each line and resource that nobody has checked for too long (rule 3).

    Args:
        path: of help.toml.
        shown: its name as people read it.
        release: as for a release, where this is an error.
    """
    places = _places(path)
    items: tuple[CrisisLine | Resource, ...] = (*lines.lines, *lines.resources)
    for item in items:
        checked = item.checked_on
        if checked and today - checked <= GOOD_FOR:
            continue
        line = places.get(item.key)
        if line is None:
            continue  # The operator's own, in site.toml, which is no author's to mend.
        when = f"on {checked:%Y-%m-%d}" if checked else "never"
        said = RULES["C03"].message.format(name=item.name, when=when)
        yield Finding(shown, line, 1, "C03", said, ERROR if release else WARNING)


def _places(path: Path) -> dict[str, int]:
    """The line of each item's ``checked_on``, or of its key."""
    places: dict[str, int] = {}
    key = ""
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if match := re.match(r'key\s*=\s*"([^"]+)"', text):
            key = match[1]
            places.setdefault(key, number)
        elif key and re.match(r"checked_on\s*=", text):
            places[key] = number
    return places
