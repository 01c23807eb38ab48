"""Finds the words that people read: on pages, in answers and errors, in a terminal, in the docs.

Each `of_…` function takes the text of one file and yields `(line, words)`; `sentences` reads the
whole project. Names in code, addresses and ids are no words of this kind and are left out.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
GAP = "…"  # Stands where a template or a format string puts something in.


class Sentence(NamedTuple):
    """Words that people read, with their file (relative to the project) and their line."""

    path: str
    line: int
    text: str


class _Texts(HTMLParser):
    """Collects text nodes, and the attributes that a browser or a script shows to people."""

    SPOKEN = frozenset({"title", "aria-label", "aria-description", "placeholder", "alt", "content"})
    SILENT = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag in self.SILENT
        for name, value in attrs:
            # Scripts say what a data attribute holds; one without a blank is a name or an address,
            # unless it is a single capitalized word such as "Locked".
            spoken = name.startswith("data-") and re.search(r"\w \w|^[A-Z][a-z]+$", value or "")
            if value and (spoken or name in self.SPOKEN):
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self.depth and data.strip():
            blank = data[: len(data) - len(data.lstrip())]
            self.found.append((self.getpos()[0] + blank.count("\n"), data.strip()))


_LITERAL = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""")
_TAG = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})", re.DOTALL)
_TRANSLATED = re.compile(r"""{{-?\s*_\(|{%-?\s*(?:translate|trans)\s+["']""")


def of_template(text: str) -> Iterator[tuple[int, str]]:
    """Yields what a template says: text, spoken attributes, and words written into its tags."""
    plain, line = [], 1
    for token in _TAG.split(text):
        literals = [a or b for a, b in _LITERAL.findall(token)]
        if token.startswith("{#"):
            pass
        elif not token.startswith(("{%", "{{")):
            plain.append(token)
        elif _TRANSLATED.match(token):
            # It may stand in an attribute, which a quotation mark in it would end too early.
            plain += [one.replace('"', "&quot;").replace("'", "&#39;") for one in literals]
        else:
            for words in literals:
                if " " in words.strip():
                    yield line, words
            if token.startswith("{{"):
                plain.append(GAP)
            elif re.match(r"{%-?\s*(plural|else|elif)", token):
                plain.append("\N{ZERO WIDTH SPACE}")  # Two branches are two words, not one.
        line += token.count("\n")
    parser = _Texts()
    parser.feed("".join(plain))
    parser.close()
    yield from parser.found


_SPEAKING_CALLS = re.compile(
    r"^(n?p?gettext(_lazy)?|_|ngettext_lazy|ValidationError|CommandError)$"
)


def of_python(text: str) -> Iterator[tuple[int, str]]:
    """Yields each string of a module that may reach people.

    That is every string with a blank in it that isn't a docstring (of a value, too), and every string, however short,
    that is handed to gettext or to an error that people see. Some of them are queries or patterns;
    reading these too costs nothing and forgets nobody.
    """
    tree = ast.parse(text)
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    spoken = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and _SPEAKING_CALLS.match(getattr(node.func, "id", getattr(node.func, "attr", "")))
        for argument in node.args
    }
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            words = "".join(
                str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) in remarks | parts:
                continue
            words = node.value
        else:
            continue
        if " " in words.strip() or id(node) in spoken:
            yield node.lineno, words


_FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
_NOT_SAID = re.compile(
    r"(?<=\])\([^)\s]*(?=[)\s])"  # where a link leads
    r"|https?://\S+"
    r"|\bsrc=\S+"
    r"|\{\{[^}]*\}\}"
    r"|^(?:key|slug|licence|check_in|call_me|was|for|from|people|recall|card):.*$"
    r"|(?:->|^:::).*$"
    r"|<!-- lint:.*?-->",
    re.MULTILINE,
)
_CODE = re.compile(r"`[^`\n]*`")


def of_markdown(text: str, *, code: bool = False) -> Iterator[tuple[int, str]]:
    """Yields the lines of a markdown text; `code` says whether fences and code spans are read."""
    if not code:
        text = _FENCE.sub(lambda found: "\n" * found[0].count("\n"), text)
        text = _CODE.sub(GAP, text)
    text = _NOT_SAID.sub("", text)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.strip()


_SCRIPT_STRING = re.compile(r""""((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`([^`]*)`""")
_SCRIPT_COMMENT = re.compile(r"^\s*//.*$|/\*.*?\*/", re.MULTILINE | re.DOTALL)


def of_script(text: str) -> Iterator[tuple[int, str]]:
    """Yields each string of a script that has a blank in it."""
    text = _SCRIPT_COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in _SCRIPT_STRING.finditer(text):
        words = next(part for part in (*found.groups(), "") if part is not None)
        if " " in words.strip():
            yield text.count("\n", 0, found.start()) + 1, words


_TOML_STRING = re.compile(r'=\s*"((?:[^"\\]|\\.)*)"|^\s*"((?:[^"\\]|\\.)*)",?\s*$', re.MULTILINE)


def of_toml(text: str) -> Iterator[tuple[int, str]]:
    """Yields each value of a TOML file that has a blank in it."""
    for found in _TOML_STRING.finditer(text):
        words = found[1] or found[2] or ""
        if " " in words and not words.startswith("http"):
            yield text.count("\n", 0, found.start()) + 1, words


def _each(folder: str, *patterns: str) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted((ROOT / folder).rglob(pattern))


def sentences() -> Iterator[Sentence]:
    """Yields all that people read in the project, file by file."""
    kinds = [
        (of_template, [*_each("templates", "*.html", "*.txt", "*.md", "*.svg")]),
        (of_markdown, [*_each("content", "*.md"), *_each("workbook", "*.md")]),
        (of_toml, [*_each("content", "*.toml"), *_each("workbook", "*.toml")]),
        (of_python, [p for p in _each("workbook", "*.py") if p.parent.name != "migrations"]),
        (of_script, [*(ROOT / "static" / "js").glob("*.js")]),
        (of_markdown, [*_each("docs", "*.md"), *sorted(ROOT.glob("*.md"))]),
    ]
    for read, paths in kinds:
        for path in paths:
            name = path.relative_to(ROOT).as_posix()
            for line, text in read(path.read_text("utf-8")):
                yield Sentence(name, line, re.sub(r"\s+", " ", text))
