"""Every rule of the linter in one table, and where the compiler's own codes belong.

The numbers are those of the rules as the project's authors agreed on them; letters tell apart what
one rule looks at. Rules that need only a list of phrases are data: ``words.toml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from workbook.authoring.lint.finding import ERROR, WARNING


@dataclass(frozen=True)
class LintRule:
    """One thing the linter looks at.

    Attributes:
        severity: "error" stops publishing, "warning" advises.
        says: the rule in a line.
        wording: an error that is a matter of words, so an author may give a reason against it.
        ours: an error only in the workbook Alongside itself; in other books it advises.
    """

    severity: str
    says: str
    wording: bool = False
    ours: bool = False

    @property
    def may_be_allowed(self) -> bool:
        return self.severity == WARNING or self.wording


RULES: Mapping[str, LintRule] = {
    # 0: the linter's own overrides
    "C00a": LintRule(ERROR, "An override gives a reason."),
    "C00b": LintRule(ERROR, "An override names a rule that there is."),
    "C00c": LintRule(ERROR, "An override names a rule that may be overridden."),
    "C00d": LintRule(WARNING, "An override stands where it is needed."),
    # 1-3: help
    "C01a": LintRule(
        ERROR, "Help stands near the first mention of suicide, self-harm, overdose or crisis."
    ),
    "C01b": LintRule(ERROR, "A chapter that mentions them ends with help as well."),
    "C02": LintRule(ERROR, "Crisis and telephone numbers come from help.toml only."),
    "C03": LintRule(WARNING, "A crisis line was checked within 90 days (an error with --release)."),
    # 4-9: words that can do harm
    "C04": LintRule(ERROR, "No line or offer is named that has ended."),
    "C05": LintRule(ERROR, "Suicide is spoken of without blame.", wording=True),
    "C06a": LintRule(ERROR, "No means, doses or notes are described.", wording=True),
    "C06b": LintRule(ERROR, "No means are named beside suicide or self-harm.", wording=True),
    "C06c": LintRule(WARNING, "No sentence shows a how, a where, or a way to hide it."),
    "C07a": LintRule(ERROR, "Nothing sensational is said about suicide.", wording=True),
    "C07b": LintRule(ERROR, "Suicide is never put down to one cause.", wording=True),
    "C07c": LintRule(WARNING, "Neither dying nor being high is made to sound good."),
    "C07d": LintRule(WARNING, "No illness, use or death has one cause."),
    "C08": LintRule(
        ERROR, "Nothing is promised that only care, time or luck can do.", wording=True
    ),
    "C08b": LintRule(WARNING, "No page tells anybody what they have."),
    "C09a": LintRule(ERROR, "Nobody is told what to do with a medicine.", wording=True),
    "C09b": LintRule(ERROR, "Nobody is told what to eat or weigh.", wording=True),
    "C09c": LintRule(WARNING, "No amount, mix or way of taking something is given."),
    # 10: labels
    "C10": LintRule(WARNING, "People come before what they live with."),
    # 11-13: prompts
    "C11a": LintRule(ERROR, "An id that people have answered under is still there."),
    "C11b": LintRule(ERROR, "An id that was retired is never used again."),
    "C11c": LintRule(ERROR, "An id keeps its kind of question."),
    "C11d": LintRule(WARNING, "An id keeps its question."),
    "C11e": LintRule(WARNING, "Every served id is remembered (an error with --release)."),
    "C11f": LintRule(ERROR, "The edition file can be read."),
    "C12a": LintRule(ERROR, "A sensitive prompt says beforehand what it is."),
    "C12b": LintRule(ERROR, "A sensitive prompt shows a way out."),
    "C13a": LintRule(WARNING, "A prompt asks what, when or who; not why."),
    "C13b": LintRule(WARNING, "A prompt never asks for the worst."),
    # 14: pressing
    "C14a": LintRule(WARNING, "Nothing makes it sound easy, or an order."),
    "C14b": LintRule(WARNING, "Nothing counts or blames."),
    "C14c": LintRule(WARNING, "No forced cheer."),
    "C14d": LintRule(WARNING, "Nothing is made smaller than it is."),
    "C14e": LintRule(WARNING, "Nobody is shamed for using again."),
    "C14f": LintRule(WARNING, "A sentence whose words lean toward harm is read again."),
    # 15-16: easy to read
    "C15": LintRule(WARNING, "The reading grade is 8 at most."),
    "C15b": LintRule(ERROR, "The reading grade is 10 at most.", ours=True),
    "C16a": LintRule(WARNING, "A sentence has 25 words at most."),
    "C16b": LintRule(WARNING, "A chapter has 2,200 words at most."),
    "C16c": LintRule(WARNING, "The stated minutes are about right."),
    "C16d": LintRule(WARNING, "Quotation marks and apostrophes are curly."),
    "C16e": LintRule(WARNING, "No two chapters of a book begin or end alike."),
    # 17: a chapter's shape
    "C17a": LintRule(
        ERROR,
        "A chapter has the short of it, a story, an idea, a tool, one filled in, what to try if it "
        "doesn't work, a small step and a close.",
        ours=True,
    ),
    "C17b": LintRule(ERROR, "A chapter asks three to seven questions.", ours=True),
    "C17c": LintRule(ERROR, "A heavy chapter says so at its start, with another way.", ours=True),
    "C17d": LintRule(ERROR, "A heavy chapter closes safely.", ours=True),
    "C17e": LintRule(ERROR, "A chapter never ends on a question.", ours=True),
    "C17f": LintRule(ERROR, "Nothing of the starting text is left to fill in."),
    "C17g": LintRule(WARNING, "The short of it is short, and stands before any question."),
    # 18: for everyone
    "C18a": LintRule(ERROR, "A picture has a caption."),
    "C18b": LintRule(ERROR, "A picture's words say what it shows."),
    "C18c": LintRule(ERROR, "Each column of a table is named."),
    "C18d": LintRule(ERROR, "A link's words say where it leads."),
    "C18e": LintRule(ERROR, "Headings go down one level at a time."),
    # 19: sources
    "C19": LintRule(ERROR, "A number from research names its source."),
}

COMPILER: Mapping[str, int] = {
    **dict.fromkeys(("B101", "B202", "B204", "B205", "K101", "K102"), 11),
    **dict.fromkeys(("L121", "L122", "L123", "L124", "L108", "H104"), 18),
    "B231": 19,
    **dict.fromkeys(
        ("L101", "L102", "L103", "L104", "L105", "K105", "K106", "B303", "B304", "B305", "B306"), 20
    ),
    **dict.fromkeys(("B301", "B302", "B307", "B308", "B309"), 20),
}
"""Rules that the compiler keeps, by its own codes. Its other codes are about the file's form."""


def number(code: str) -> int:
    """Which of the twenty rules a code belongs to; 0 for the form of the file and overrides."""
    return int(code[1:3]) if code in RULES else COMPILER.get(code, 0)
