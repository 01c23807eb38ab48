"""Whatever an author types, it compiles or says why."""

from hypothesis import given
from hypothesis import strategies as st

from tests.chapters.authored import HEAD, INDEX, PATH, TOKENS
from tests.chapters.test_sanitize import assert_harmless
from workbook.chapters.book import Prose
from workbook.chapters.compiler import compile_chapter
from workbook.chapters.pasted import mended
from workbook.prompts.base import Prompt, Shown
from workbook.prompts.registry import KINDS

PARTS = [
    ":::", "::: ", "::", "\n", "\n\n", "- ", "  - ", "• ", "1. ", "> ", "# ", "## ", "---", "***", "**", "*",
    "_", "___", "`", "```\n", "~~~", "<b>", "<", ">", "<!--", "-->", "&amp;", "&", "[", "](", "](my-map)", ")",
    "![", "(images/hand.png)", "{{", "}}", "{{lifeline}}", "{{x}}", "|", "|a|b|\n|-|-|\n|c|d|", "\\", "    ",
    "\t", "\u00a0", "“", "title: ", "was: ", "0: a\n", "10: b\n", "columns: a | b\n", "kinds: A, B\n",
    "step: one\n", "-> help", "-> one", "phase: A\n", "concern: yes", "if yes: ", "invented: yes\n", "words",
    "Something else: ___", "here", "people", "\r\n", "é", "ש", "\u2028", "\u0085", "\u200f", "\ufeff", "https://a.example",
    *(f"::: {kind} here\n" for kind in KINDS),
]  # fmt: skip
TYPED = st.lists(st.sampled_from(PARTS) | st.text(max_size=6), max_size=40).map("".join)


@given(TYPED)
def test_any_text_compiles_or_says_what_is_wrong(body: str) -> None:
    text = HEAD + body
    made, problems = compile_chapter(text, PATH, INDEX, TOKENS)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for problem in problems:
        assert 1 <= problem.line <= lines + 1
        assert problem.col >= 1
        assert "\n" not in str(problem)
    assert problems == sorted(problems)
    if made is None:
        assert problems
        return
    for block in made.blocks:
        shown = [block.html] if isinstance(block, Prose) else []
        shown += [block.question.html, block.framing.html] if isinstance(block, Prompt) else []
        shown += [block.body.html] if isinstance(block, Shown) else []
        for html in shown:
            # The box around a table is ours and comes after cleaning.
            ours = ' class="table-scroll" role="region" tabindex="0"'
            assert "slot" not in html or "slot" in body
            assert ":::" not in html.replace(ours, "") or "`" in body or "~~~" in body
            if "table-scroll" not in html:
                assert_harmless(html)


@given(st.text())
def test_any_file_at_all_is_read(text: str) -> None:
    made, problems = compile_chapter(text, PATH, INDEX, TOKENS)
    assert made or problems


@given(TYPED)
def test_compiling_twice_gives_the_same(body: str) -> None:
    assert compile_chapter(HEAD + body, PATH, INDEX, TOKENS) == compile_chapter(
        HEAD + body, PATH, INDEX, TOKENS
    )


@given(st.lists(st.text(alphabet="-*•1.) \u00a0ab>#|_", max_size=12), max_size=12))
def test_mending_loses_no_word_and_mends_once(lines: list[str]) -> None:
    def words(found: list[str]) -> str:
        return "".join(sign for line in found for sign in line if sign in "ab>#|")

    once = mended(lines)
    assert words(once) == words(lines)
    assert words(mended(once)) == words(lines)
