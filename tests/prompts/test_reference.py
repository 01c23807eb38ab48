"""The dialect reference says what the code does: its examples compile, its tables are the code's."""

import re
import shutil
from pathlib import Path

import pytest
from django.test import Client

import workbook.chapters
import workbook.prompts
from scripts import dialect
from workbook.chapters import frontmatter
from workbook.chapters.codes import HARMLESS, TOLERATED
from workbook.chapters.compiler import read, render
from workbook.chapters.loader import library
from workbook.chapters.tokens import Tokens
from workbook.crisis.loader import help_lines
from workbook.prompts.base import COMMON_KEYS
from workbook.prompts.registry import KINDS

TEXT = dialect.REFERENCE.read_text(encoding="utf-8")
SECTIONS = dialect.sections(TEXT)
BY_KIND = {section.kind: section for section in SECTIONS if section.kind}
ROW = re.compile(r"^\| `(?P<first>[^`]+)` \| (?P<second>.*) \|$", re.MULTILINE)
CODE = re.compile(r"[A-Z]\d{3}")
USED_CODE = re.compile(r'"([BFHKLM]\d{3})"')
OWN_CODE = re.compile(r'"(B[23]\d{2})"')
MODULES = Path(workbook.prompts.__file__).parent


def keys_in(text):
    """The table of keys: name and words of each row."""
    table = text.partition("| key | what it says |\n")[2].partition("\n\n")[0]
    return {m["first"]: m["second"].replace("\\|", "|") for m in ROW.finditer(table)}


def codes_in(text):
    rows = ((m["first"], m["second"].replace("\\|", "|")) for m in ROW.finditer(text))
    return {code: says for code, says in rows if CODE.fullmatch(code)}


def under(heading):
    return TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_every_kind_has_its_section_and_no_section_is_of_a_kind_that_is_gone():
    assert list(BY_KIND) == list(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_kinds_keys_are_those_of_the_code(name):
    kind = KINDS[name]
    takes_common = set(COMMON_KEYS) <= set(kind.keys)
    wanted = {k: says for k, says in kind.keys.items() if not (takes_common and k in COMMON_KEYS)}
    shown = keys_in(BY_KIND[name].text)
    for pattern, says in kind.key_patterns.items():
        example = next(key for key in shown if re.fullmatch(pattern, key))
        wanted[example] = says
    assert shown == wanted
    # Each of them is used in an example, so that nobody has to guess what a value looks like.
    for key in wanted:
        assert re.search(rf"^\s*{re.escape(key)}: \S", ALL_EXAMPLES, re.MULTILINE), key


ALL_EXAMPLES = "\n".join(match["code"] for match in dialect.FENCE.finditer(TEXT))


def test_the_keys_of_every_question_are_those_of_the_code_and_shown_in_use():
    assert keys_in(under("Keys of every question")) == dict(COMMON_KEYS)
    for key in COMMON_KEYS:
        assert re.search(rf"^{key}: \S", ALL_EXAMPLES, re.MULTILINE), key


def test_every_problem_is_listed_and_every_one_that_is_listed_is_reported():
    used = {
        code
        for package in (workbook.chapters, workbook.prompts)
        for path in Path(package.__file__).parent.rglob("*.py")
        if path.name != "codes.py"
        for code in USED_CODE.findall(path.read_text())
    }
    assert used == set(codes_in(TEXT))
    assert used >= HARMLESS | TOLERATED


@pytest.mark.parametrize("name", KINDS)
def test_a_kinds_own_problems_stand_in_its_section_or_among_those_of_any_block(name):
    module = (MODULES / "kinds" / f"{KINDS[name].slug()}.py").read_text()
    general = codes_in(under("Problems"))
    said = {*codes_in(BY_KIND[name].text), *general}
    assert set(OWN_CODE.findall(module)) <= said
    assert not set(codes_in(BY_KIND[name].text)) & set(general)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_its_picture(name):
    section = BY_KIND[name]
    picture = re.search(r"^!\[(?P<alt>[^\]]+)\]\((?P<path>images/kinds/[a-z-]+\.png)\)$", section.text, re.M)  # fmt: skip
    assert picture, name
    file = dialect.REFERENCE.parent / picture["path"]
    assert file.read_bytes().startswith(b"\x89PNG")
    assert file.stat().st_size < 60_000


def test_the_tops_of_files_name_every_name_there_is():
    tops = {"A chapter's top": frontmatter.CHAPTER, "A book's top": frontmatter.BOOK}
    for title, schema in tops.items():
        (section,) = (section for section in SECTIONS if section.title == title)
        assert [match["first"] for match in ROW.finditer(section.text)] == list(schema)
        path = "evenings/01-one.md" if schema is frontmatter.CHAPTER else "evenings/book.md"
        made = render(read(section.examples, path))
        assert made.problems == []
        assert made.blocks


def test_tokens_and_lines_that_are_named_exist():
    for name in re.findall(r"\{\{([a-z-]+)", TEXT):
        assert Tokens(help_lines()).html(name)


@pytest.fixture
def book(settings, tmp_path):
    shutil.copy(settings.BASE_DIR / "content" / "help.toml", tmp_path)
    dialect.write_book(tmp_path)
    settings.CONTENT_DIR = tmp_path
    made = library()
    assert made.problems == ()
    return made.book(dialect.SLUG)


def test_all_examples_together_make_a_workbook_without_a_problem(book):
    assert [chapter.slug for chapter in book.chapters] == [
        *(section.slug for section in BY_KIND.values()),
        "every-question",
    ]
    for section, chapter in zip(BY_KIND.values(), book.chapters, strict=False):
        assert section.kind in {block.kind for block in chapter.blocks}


@pytest.mark.django_db
def test_every_example_is_rendered_to_read_to_answer_and_to_print(book, person, entered):
    for client in (Client(), entered(person)):
        for chapter in book.chapters:
            for end in ("", "print/"):
                response = client.get(f"/books/dialect/{chapter.slug}/{end}")
                assert response.status_code == 200
                html = response.content.decode()
                assert ":::" not in html.partition('id="main"')[2]
                for prompt in chapter.prompts:
                    assert prompt.question.html.partition("</p>")[0] in html
