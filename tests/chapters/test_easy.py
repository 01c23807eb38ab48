"""Plain words take a short way through the compiler, and come out the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbook.chapters import rendering, words
from workbook.chapters.compiler import compile_chapter

TOP = "---\ntitle: One\n---\n\n::: note\n"
WORDS = st.text("aZé .,;:?()'\"‘’“”…–—/%-1_*`[]<&#|!\\+=\u00a0\t", max_size=30)
LINES = st.lists(
    WORDS | st.sampled_from(["", 'One (of two): "it\'s" 5% - no/yes…', "- a list", "a  b "]),
    min_size=1,
    max_size=6,
)


def compiled(lines: list[str]) -> tuple[object, ...]:
    chapter, problems = compile_chapter(TOP + "\n".join(lines) + "\n:::\n", "b/01-one.md")
    bodies = [(b.body.html, b.body.plain) for b in chapter.blocks] if chapter else []  # type: ignore[attr-defined]
    return bodies, problems


@given(LINES)
@example(["It's one", "of two.", "", "", "And  three: e.g. a - b."])
def test_the_short_way_leads_where_the_long_one_does(lines: list[str]) -> None:
    short = compiled(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "easy_html", lambda _lines: None)
        assert compiled(lines) == short


@given(LINES)
def test_words_are_read_out_of_paragraphs_alike(lines: list[str]) -> None:
    html = "\n".join(f"<p>{line}</p>" for line in lines).replace("<&", "&lt;&amp;")
    with pytest.MonkeyPatch.context() as patch:
        short = words.plain(html)
        patch.setattr(words, "MORE_THAN_PARAGRAPHS", rendering.re.compile(""))
        assert words.plain(html) == short


def test_most_of_the_workbook_takes_the_short_way() -> None:
    assert rendering.easy_html(["What helps, “on a day like this” (or not)?", "", "Three words."])
    for line in ("1. one", "*so*", "a_b", "[a](b)", "{{lifeline}}", " x", "x ", "a<b", "&amp;"):
        assert rendering.easy_html([line]) is None
