"""Old words of the interface, British spellings and other styles of dates don't come back.

A word is old where people who aren't programmers stopped at it. Each rule names what to say instead
and where it holds; the few sentences that may keep an old word are listed with their reasons.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from tests.words import sources
from tests.words.sources import ROOT, Sentence, sentences

INTERFACE = r"templates/|static/js/|workbook/"
READERS = r"templates/(?!authoring|admin)|workbook/(?:accounts|journal|pages|prompts|safety)/"
PAGES = r"content/pages/"
DOCS = r"docs/|[A-Z]+\.md"
ON_SCREEN = f"{INTERFACE}|content/"
NOT_BOOKS = f"{INTERFACE}|{PAGES}|{DOCS}"  # In a chapter one may join a choir or enter a room.
ALL = ""

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


class Rule(NamedTuple):
    """An old word as a pattern, what to say instead, and in which files (a pattern of paths)."""

    old: str
    say: str
    where: str

    def finds(self, sentence: Sentence) -> str:
        """Returns the old word in a sentence, or nothing."""
        if not re.match(self.where, sentence.path):
            return ""
        found = re.search(self.old, sentence.text, re.IGNORECASE)
        return found[0] if found else ""


RULES = [
    # Accounts
    Rule(r"\b(?<!press )(?:re-?)?enter(?:s|ed|ing)?\b", "sign in", NOT_BOOKS),
    Rule(r"\bjoin(?:s|ed|ing)?\b", "create an account", NOT_BOOKS),
    Rule(r"private place|been here before|\bcomes? in\b(?! \w+s\b)", "sign in", INTERFACE),
    Rule(r"^leave$|\b(?:on|after|before|by|when) leaving\b", "sign out", f"{INTERFACE}|{DOCS}"),
    Rule(r"\bleav(?:e|es|ing) for good\b|\bgoes for good\b", "delete my account", ALL),
    Rule(r"^you$", "Account", "templates/"),
    Rule(r"\bspare[ -](?:keys?|codes?)\b", "backup key", ALL),
    Rule(r"\bprov(?:e|es|ed|en|ing)\b", "check", READERS),
    Rule(r"name for you here", "Username", ON_SCREEN),
    Rule(r"n.t fit together", "don’t match", ON_SCREEN),
    Rule(r"forgotten the password|should you forget", "Forgot your password?", ON_SCREEN),
    Rule(r"\bblanks and any script\b", "any characters are fine", ON_SCREEN),
    Rule(r"make me one of", "Suggest a password of six words", ON_SCREEN),
    Rule(r"wants? replacing", "should be replaced", ALL),
    Rule(r"somebody may know my key", "Someone may know my password or key", ALL),
    Rule(r"^end it$", "Remove", "templates/"),
    Rule(r"sealed like this", "locked the same way", ON_SCREEN),
    Rule(r"\banew\b", "again", ALL),
    Rule(r"\bstands? here\b", "is shown here", INTERFACE),
    Rule(r"\bkeepers?\b", "the people who run this site", f"{READERS}|{PAGES}"),
    # Settings
    Rule(r"when nothing happens", "when you’re away", ON_SCREEN),
    Rule(r"a quarter of an hour", "15 minutes", INTERFACE),
    Rule(r"ends at your midnight", "your time zone", ON_SCREEN),
    Rule(r"as this site has it", "the site’s time zone", INTERFACE),
    Rule(r"keep these settings", "Save these settings", INTERFACE),
    Rule(r"here and elsewhere", "where you are signed in", INTERFACE),
    Rule(r"browser without a name", "a browser with no name yet", ON_SCREEN),
    # Journal, guide and map
    Rule(r"\btak(?:e|es|en|ing) (?:\w+ )?along\b|\btook (?:\w+ )?along\b", "download", NOT_BOOKS),
    Rule(r"\b(?:bring|brings|bringing|brought) in a journal\b", "import a journal", ALL),
    Rule(r"\bbridges?\b", "a page for someone", NOT_BOOKS),
    Rule(r"all of them have to be there", "all of these words", ON_SCREEN),
    Rule(r"only some of it|^its day$|stood on paper|^kept now|^kept apart", "saved", ON_SCREEN),
    Rule(r"without marks", "without underlines", ON_SCREEN),
    Rule(r"not this one again", "Don’t show this one again", ON_SCREEN),
    Rule(r"keep the way i took|where it led", "save my answers; the result", ON_SCREEN),
    Rule(r"holds me too|where the rest is written", "say what and where", ON_SCREEN),
    Rule(r"someone, or no one yet", "a name, or nobody yet", ON_SCREEN),
    Rule(r"feels? live\b|come loose|what has got you", "say what you mean", ON_SCREEN),
    Rule(r"^(?:before|after) this$", "Previous; Next", "templates/"),
    Rule(r"a heavier one|looked up on", "heavier; checked on", ON_SCREEN),
    Rule(r"^(?:the )?card$", "Hard-day card", "templates/"),
    Rule(r"kept on the device", "Keep on this phone", ON_SCREEN),
    # American English
    Rule(r"(?:colo|favo|hono|behavio|neighbo|labo|humo|rumo)ur", "the spelling -or", ALL),
    Rule(r"\b(?:centre|theatre|metre|litre|fibre)s?\b", "the spelling -er", ALL),
    Rule(
        r"(?:organ|recogn|real|apolog|summar|normal|serial|initial|optim|custom|minim|maxim"
        r"|author|emphas|priorit|general|final|memor|capital|categor)is(?:e|ed|es|ing|ation)\b",
        "the spelling -ize",
        ALL,
    ),
    Rule(r"\banalys(?:e|ed|es|ing)\b", "analyze", ALL),
    Rule(
        r"\b(?:travel|cancel|label|model|signal|counsel|level)l(?:ed|ing|er|or)s?\b", "one l", ALL
    ),
    Rule(r"\b(?:licence|defence|offence|pretence)s?\b", "the spelling -se", ALL),
    Rule(r"\b(?:learnt|spelt|misspelt|burnt|dreamt|leant|spoilt)\b", "learned, spelled", ALL),
    Rule(
        r"\b(?:towards|afterwards|forwards|backwards|amongst|whilst)\b",
        "toward, afterward, among, while",
        ALL,
    ),
    Rule(
        r"\b(?:catalogue|dialogue|grey|fulfil|enrolment|judgement|ageing|sceptic\w*|cheque"
        r"|programme|tyre)s?\b",
        "the American spelling",
        ALL,
    ),
    Rule(r"\b(?:mum|fortnight|mobile phone|post ?code|letterbox)s?\b", "the American word", ALL),
    Rule(r"\btick(?:s|ed|ing)?\b(?! lists?\b)|\bunticked\b", "check", ALL),
    Rule(r"\be-mails?\b", "email", ALL),
    # Days and times
    Rule(
        r"(?<![\d:.T])(?:[01]?\d|2[0-3]):[0-5]\d\b(?! ?[AP]M)",
        "3:44 PM",
        f"{INTERFACE}|{PAGES}",
    ),
    Rule(rf"\b\d{{1,2}}\.? (?:{MONTHS})\b", "November 27, 2026", ALL),
    Rule(
        r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.? \d{1,2}\b"
        r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b",
        "November 27, 2026",
        ALL,
    ),
]

ALLOWED = {
    ("templates/prompts/map.html", "You"): "the reader, in the middle of their own map",
    ("workbook/accounts/events.py", "parts joined"): "a stored kind of event, never shown",
    ("workbook/accounts/throttles.py", "spare key"): "part of the name of a stored count",
    ("workbook/vault/recovery_code.py", "spare key finder"): (
        "what keys in use are derived with: another word would open nothing"
    ),
    (
        "workbook/authoring/starters/book.md",
        "- summary: one plain sentence. authors: who wrote it. licence: how others may use it.",
    ): "the name `licence` as an author types it in book.md",
}

QUOTING = {
    "docs/coverage.md": "it quotes the chapters, which are read where they stand",
}


Found = list[tuple[Sentence, Rule, str]]


@pytest.fixture(scope="module")
def read() -> list[Sentence]:
    return list(sentences())


@pytest.fixture(scope="module")
def found(read: list[Sentence]) -> Found:
    return [(said, rule, word) for said in read for rule in RULES if (word := rule.finds(said))]


def test_nobody_reads_an_old_word(found: Found) -> None:
    wrong = [
        f"{said.path}:{said.line}: “{word}” in “{said.text[:120]}”: say “{rule.say}”"
        for said, rule, word in found
        if said.path not in QUOTING and (said.path, said.text) not in ALLOWED
    ]
    assert not wrong, "\n".join(wrong)


def test_every_exception_is_still_needed(found: Found) -> None:
    assert ALLOWED.keys() <= {(said.path, said.text) for said, _rule, _word in found}
    assert QUOTING.keys() <= {said.path for said, _rule, _word in found}


@pytest.mark.parametrize(
    "old",
    [
        "Enter", "Join", "Make a private place", "Been here before?", "Leave", "You",
        "A name for you here", "This name and password don’t fit together.",
        "Forgotten the password?", "Blanks and any script are fine.", "Make me one of five words",
        "Your spare key", "It wants replacing.", "Somebody may know my key", "End it",
        "Prove your key", "Lock when nothing happens", "So that a day ends at your midnight",
        "As this site has it", "Keep these settings", "Here and elsewhere",
        "A browser without a name", "Take along", "Bring in a journal", "A bridge sheet",
        "All of them have to be there.", "Only some of it", "Its day", "Kept now", "Kept apart",
        "Show without marks", "Not this one again", "It goes for good.", "Keep the way I took",
        "Where it led", "Holds me too", "Where the rest is written", "Someone, or no one yet",
        "Which feel live for you?", "What has got you through?", "Before this", "After this",
        "a heavier one", "Looked up on", "Card", "Kept on the device", "locked anew",
        "Your words stand here.", "Ask the keeper.", "Tick a box.", "a coloured line",
        "You can organise it.", "Cancelled", "the licence", "afterwards", "a dialogue",
        "Your e-mail", "Saved 15:44", "27 November 2026", "Nov. 27, 2026", "11/27/2026",
    ],
)  # fmt: skip
def test_what_people_stopped_at_once_is_found(old: str) -> None:
    sentence = Sentence("templates/journal/planted.html", 1, old)
    assert any(rule.finds(sentence) for rule in RULES)


@pytest.mark.parametrize(
    "plain",
    [
        "Sign in", "Create an account", "Leave quickly", "Leave it out if you like.",
        "Write it down, then press Enter.", "Saved 3:44 PM", "November 27, 2026",
        "November 27, 2026, 3:44 PM", "Your hard-day card", "a tick list",
        "Hints come in threes.", "Previous", "Organizations",
    ],
)  # fmt: skip
def test_plain_words_pass(plain: str) -> None:
    sentence = Sentence("templates/journal/planted.html", 1, plain)
    assert not [rule for rule in RULES if rule.finds(sentence)]


Reading = Callable[[str], Iterator[tuple[int, str]]]


@pytest.mark.parametrize(
    ("of_source", "text"),
    [
        (sources.of_template, "<p>\n  Your spare key</p>"),
        (sources.of_template, "<p>\n{{ _('Your spare key') }}</p>"),
        (sources.of_template, "\n{% trans %}Your spare key{% endtrans %}"),
        (sources.of_template, '\n<input placeholder="Your spare key">'),
        (sources.of_template, "\n<a href=\"/\" aria-label=\"{{ _('Your spare key') }}\">x</a>"),
        (sources.of_template, '\n<img src="x.png" alt="Your spare key">'),
        (sources.of_template, '\n<p data-words="Your spare key"></p>'),
        (sources.of_template, '\n{% with words="Your spare key" %}{% include "a.html" %}{% endwith %}'),
        (sources.of_python, "\nraise ValidationError(_('Your spare key'))"),
        (sources.of_python, "\nhelp = f'Your spare key, {name}'"),
        (sources.of_python, '\nhelp = ("Your "\n  "spare key")'),
        (sources.of_script, '\nsay(form, "Your spare key");'),
        (sources.of_script, "\nsay(form, `Your spare key ${name}`);"),
        (sources.of_markdown, "title: x\nhint: Your spare key"),
        (sources.of_markdown, "\n[Your spare key](spare-keys)"),
        (sources.of_toml, '[x]\nname = "Your spare key"'),
    ],
)  # fmt: skip
def test_an_old_word_is_found_wherever_it_is_planted(of_source: Reading, text: str) -> None:
    rule = next(rule for rule in RULES if rule.say == "backup key")
    found = [
        line for line, words in of_source(text) if rule.finds(Sentence("templates/x", line, words))
    ]
    assert found == [2]


@pytest.mark.parametrize(
    ("of_source", "text"),
    [
        (sources.of_template, "{# Your spare key #}<p class=\"spare key\" id=\"{{ url('signup') }}\"></p>"),
        (sources.of_python, '"""Your spare key."""\nX = 1\n"""Your spare key."""\nspare_key = 1'),
        (sources.of_script, "// Your spare key\nconst spareKey = 1;"),
        (sources.of_markdown, "see `spare key` and\n```\nspare key\n```\n[x](spare-key)"),
    ],
)  # fmt: skip
def test_names_and_remarks_in_code_are_no_words_for_people(of_source: Reading, text: str) -> None:
    rule = next(rule for rule in RULES if rule.say == "backup key")
    assert not [
        words for line, words in of_source(text) if rule.finds(Sentence("docs/x", line, words))
    ]


def test_every_part_of_the_project_is_read(read: list[Sentence]) -> None:
    paths = {sentence.path for sentence in read}
    for path in (
        "templates/accounts/account.html",
        "templates/authoring/_about.html",
        "workbook/accounts/forms.py",
        "workbook/operations/management/commands/backup.py",
        "workbook/authoring/starters/chapter.md",
        "content/pages/privacy.md",
        "content/alongside/01-start-here.md",
        "content/help.toml",
        "docs/threat-model.md",
        "README.md",
        "CHANGELOG.md",
    ):
        assert path in paths, path


def test_templates_write_days_and_times_as_the_active_language_does() -> None:
    for_machines = {"c", "Y-m-d", "Y-m"}
    of_the_language = {"DATE_FORMAT", "DATETIME_FORMAT", "TIME_FORMAT"}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for form in re.findall(r"""\|(?:date|time):["']([^"']*)["']""", path.read_text("utf-8")):
            assert form in for_machines | of_the_language, f"{path.name}: {form}"
