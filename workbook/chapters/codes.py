"""Every problem that the chapters package can report, in one table.

Codes starting with B2 and B3 belong to the kinds of block (:mod:`workbook.prompts`). The rules
about wording and safety are the linter's and have codes of their own.

A chapter with a problem is left out of the site and the others are served, except for
:data:`TOLERATED`.
"""

from collections.abc import Callable, Iterable, Mapping

from workbook.prompts.problems import Problem

Report = Callable[[int, int, str, str], None]
"""Takes the line and column of a problem, its code and its message."""


def reporter(path: str, problems: list[Problem]) -> Report:
    """Returns a function that adds problems of one file to a list."""

    def report(line: int, col: int, code: str, message: str) -> None:
        problems.append(Problem(path, line, col, code, message))

    return report


class CodedError(LookupError):
    """An author named something that is not there.

    Attributes:
        code: one of :data:`CODES`.
        message: what the author is told.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


CODES: Mapping[str, str] = {
    # The file
    "F101": "The file is larger than 128 KiB.",
    "F102": "The file is not UTF-8 text.",
    "F103": "The file holds a control character.",
    "F104": "The file or folder is a link that leads out of the content folder.",
    "F105": "The file's name doesn't say which chapter it is.",
    "F106": "The file can't be read.",
    "F107": "There are more than 400 blocks.",
    "F108": "A line is too long.",
    "F109": "A paragraph is too long.",
    "F110": "Quotes or lists are nested too deep.",
    "F111": "A table has more than 50 columns.",
    "F112": "There are too many lines, or cells of tables.",
    "F113": "There is no text.",
    "F114": "The text is too tangled to be read.",
    "F115": "The text holds too many signs that could be markup.",
    # Front matter
    "M101": "The front matter is missing.",
    "M102": "The front matter is never closed.",
    "M103": "A line of the front matter can't be read.",
    "M104": "The front matter holds an alias, an anchor or a tag.",
    "M105": "The front matter holds more than names and values.",
    "M106": "The front matter is longer than 8 KiB.",
    "M107": "A name in the front matter is not known.",
    "M108": "A name stands twice in the front matter.",
    "M109": "A needed name is missing in the front matter.",
    "M110": "A value in the front matter is not of the right kind.",
    # Colon blocks
    "B101": "The kind of a block is not known.",
    "B102": "A block is never closed.",
    "B103": "Colons close a block that was never opened.",
    "B104": "There is text behind closing colons.",
    "B105": "A block stands in a list or quote, or is indented.",
    "B106": "Colons stand in the middle of a line.",
    "B107": "A block opens or closes with two colons.",
    "B108": "A key is misspelled.",
    "B109": "A key is given twice.",
    "B110": "A key stands below text.",
    "B111": "A code fence is never closed.",
    "B112": "A question stands where no answer can be kept.",
    # Links, pictures and tokens
    "L101": "A link leads to a chapter that is not there.",
    "L102": "A link leads to a prompt that is not there.",
    "L103": "A link leads to a page that is not there.",
    "L104": "A link leads somewhere links may not lead.",
    "L105": "A link was begun and not finished.",
    "L106": "A link is written as a reference.",
    "L107": "The site has no address for a link.",
    "L108": "A link has no words.",
    "L109": "A link leads to a heading that is not there.",
    "L110": "A link leads to a book that is not there.",
    "L111": "A crisis line is not known.",
    "L112": "A crisis line lacks what is asked of it.",
    "L113": "Curly brackets were begun and not finished.",
    "L114": "A crisis line stands inside a link.",
    "L121": "A picture has no words for those who can't see it.",
    "L122": "A picture is not in the book's images folder.",
    "L123": "A picture is missing.",
    "L124": "A picture stands in the middle of a line.",
    # What becomes HTML
    "H101": "There is raw HTML.",
    "H102": "A comment is never closed.",
    "H103": "A heading has the level of the title.",
    "H104": "A row of a table has more cells than its header.",
    "H105": "Markdown stands where words are plain.",
    # The book
    "K101": "An id is used twice in a book.",
    "K102": "An old id is still in use, or claimed twice.",
    "K103": "Two chapters have the same slug.",
    "K104": "Two chapters have the same number.",
    "K105": "A block names a prompt or chapter that is not there.",
    "K106": "A block names a prompt of a kind that doesn't fit.",
    "K107": "Two books have the same key.",
    "K108": "A folder of chapters has no book.md.",
    "K109": "A question that the book's top names is not where it belongs.",
    "K110": "A folder's name can't be a book's address.",
    "K111": "The content folder is missing.",
}

TOLERATED = frozenset({"B204"})
"""Problems that leave a *draft* readable: a prompt that has no id yet (it can't be answered)."""

HARMLESS = frozenset({"K104"})
"""Problems that leave the chapter readable whatever its status: nothing is lost or mixed up."""


def any_fatal(problems: Iterable[Problem], *, draft: bool) -> bool:
    """Says whether a text with these problems is left out of the site."""
    borne = HARMLESS | TOLERATED if draft else HARMLESS
    return any(problem.code not in borne for problem in problems)
