"""What markdown becomes, and what is told where it goes wrong."""

import pytest

from tests.chapters.authored import chapter, compiled, html, message, problems
from tests.elements import page as parsed
from workbook.chapters import rendering
from workbook.chapters.book import Prose


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Some *soft* and **strong** words.", "<p>Some <em>soft</em> and <strong>strong</strong> words.</p>"),
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("> Said.", "<blockquote>\n<p>Said.</p>\n</blockquote>"),
        ("A\n\n---\n\nB", "<p>A</p>\n<hr>\n<p>B</p>"),
        ("A\n---\nB", "<p>A</p>\n<hr>\n<p>B</p>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("    Set in by four.", "<p>Set in by four.</p>"),
        ("Line  \nnext", "<p>Line<br>\nnext</p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("5 < 6 & 7 <3", "<p>5 &lt; 6 &amp; 7 &lt;3</p>"),
        ("AT&amp;T &copy; x", "<p>AT&amp;T © x</p>"),
        ("When ___, I (___) will (___).", "<p>When ___, I (___) will (___).</p>"),
        (r"\*not soft\* \{{lifeline}}", "<p>*not soft* {{lifeline}}</p>"),
        ("[not a link] (here)", "<p>[not a link] (here)</p>"),
        ("“Curly” — it's", "<p>“Curly” — it's</p>"),
        ("سلام *دنیا*", "<p>سلام <em>دنیا</em></p>"),
    ],
)  # fmt: skip
def test_markdown_means_what_it_says(body: str, expected: str) -> None:
    assert html(body) == expected


def test_headings_get_ids_that_no_page_uses() -> None:
    shown = html(
        "## Look out\n\n### Look out\n\n## Mañana *sí*\n\n## ***\n\n## `x` {{lifeline.name}}"
    )
    headings = [one for one in parsed(shown) if one.tag in {"h2", "h3"}]
    assert [(one.tag[1], one.attributes["id"]) for one in headings] == [
        ("2", "s-look-out"),
        ("3", "s-look-out-2"),
        ("2", "s-mañana-sí"),
        ("2", "s-part"),
        ("2", "s-x"),
    ]


def test_ids_differ_between_prose_and_blocks() -> None:
    made = chapter("## Same\n\n::: idea\n### Same\n\nText.\n:::")
    assert 'id="s-same"' in made.blocks[0].html  # type: ignore[attr-defined]
    assert 'id="s-same-2"' in made.blocks[1].body.html  # type: ignore[attr-defined]


def test_a_table_can_be_scrolled_by_keyboard_and_read_by_ear() -> None:
    shown = html("| | Peer | Coach |\n|---|:-:|---|\n| Rests on | a life | *skill* |\n\nEnd.")
    assert shown.startswith(
        '<div class="table-scroll" role="region" aria-label="Table: Peer, Coach" tabindex="0"><table>'
    )
    assert '<th scope="col" align="center">Peer</th>' in shown
    assert '<th scope="row">Rests on</th>' in shown
    assert '<td align="center">a life</td>' in shown
    assert shown.endswith("</table></div>\n<p>End.</p>")


def test_a_label_of_a_table_is_escaped() -> None:
    shown = html('| "a" & <3 | b |\n|---|---|\n| c | d |')
    assert 'aria-label="Table: &quot;a&quot; &amp; &lt;3, b"' in shown


def test_cells_beyond_the_header_do_not_vanish() -> None:
    assert problems("A.\n\n| a | b |\n|---|---|\n| c | d | e |") == [(5, 1, "H104")]


def test_comments_are_dropped_wherever_they_stand() -> None:
    assert (
        html(
            "<!-- lint: allow W104 a quotation -->\nOne <!-- no --> two\n<!-- a\n\n::: b\n--> three."
        )
        == "<p>One  two\n three.</p>"
    )
    assert html("`<!-- shown -->`") == "<p><code>&lt;!-- shown --&gt;</code></p>"
    assert problems("One.\n\n<!-- two") == [(3, 1, "H102")]


def test_a_comment_between_options_leaves_one_list() -> None:
    made = chapter("::: pick any here\nWhat?\n- a\n<!-- lint: allow W1 x -->\n- b\n:::")
    assert made.prompts[0].options == ("a", "b")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("A <b>c</b>", [(1, 3, "H101"), (1, 7, "H101")]),
        ("<script>alert(1)</script>", [(1, 1, "H101"), (1, 17, "H101")]),
        ("<div>\n\nA\n\n</div>", [(1, 1, "H101"), (5, 1, "H101")]),
        ("<img src=x onerror=alert(1)", [(1, 1, "H101")]),
        ("<?php x ?>", [(1, 1, "H101")]),
        ("<a@b.example>", [(1, 1, "H101")]),
        ("::: idea\nA <i>b</i>\n:::", [(2, 3, "H101"), (2, 7, "H101")]),
        ("# Title", [(1, 1, "H103")]),
        ("Text\n#hash", [(2, 1, "H103")]),
    ],
)
def test_html_and_titles_are_told_with_their_places(
    body: str, place: list[tuple[int, int, str]]
) -> None:
    assert problems(body) == place


def test_html_in_code_is_fine() -> None:
    assert html("`<b>`\n\n```html\n<b>&amp;</b>\n```") == (
        "<p><code>&lt;b&gt;</code></p>\n<pre><code>&lt;b&gt;&amp;amp;&lt;/b&gt;\n</code></pre>"
    )


def test_code_that_is_fenced_carries_no_class_or_id() -> None:
    assert html('```{#crisis-banner .x onclick="a"}\nb\n```') == "<pre><code>b\n</code></pre>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Things:\n- a\n- b", ["p", "ul", "li", "li"]),
        ("• a\n• b", ["ul", "li", "li"]),
        ("·\u00a0a\n·\u00a0b", ["ul", "li", "li"]),
        ("1) a\n2) b", ["ol", "li", "li"]),
        ("- a\n  - b\n  - c\n- d", ["ul", "li", "ul", "li", "li", "li"]),
        ("- a\n   - b\n      - c", ["ul", "li", "ul", "li", "ul", "li"]),
        ("- a\n\n  more of a\n\n- b", ["ul", "li", "p", "p", "li", "p"]),
        ("- a\nmore of a\n- b", ["ul", "li", "li"]),
        ("It was\n1984. A year.", ["p"]),
        ("* * *", ["hr"]),
        ("- a\n\nText.\n\n- b", ["ul", "li", "p", "ul", "li"]),
        ("> Things:\n> \n> - a", ["blockquote", "p", "ul", "li"]),
    ],
)
def test_lists_are_lists_however_they_were_pasted(body: str, expected: list[str]) -> None:
    assert [element.tag for element in parsed(html(body))] == expected


def test_a_picture_alone_becomes_a_figure_with_its_caption() -> None:
    assert html('![A hand](images/hand.png "On a rail")') == (
        '<figure><img alt="A hand" loading="lazy" src="/books/quiet/images/hand.png">'
        "<figcaption>On a rail</figcaption>\n</figure>"
    )


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("![](images/hand.png)", (1, 3, "L121")),
        ("![A](hand.png)", (1, 5, "L122")),
        ("![A](https://a.example/hand.png)", (1, 5, "L122")),
        ("![A](images/../help.toml)", (1, 5, "L122")),
        ("![A](images/x.js)", (1, 5, "L122")),
        ("![A](images/hond.png)", (1, 5, "L123")),
        ("See ![A](images/hand.png)", (1, 5, "L124")),
        ("[![A](images/hand.png)](my-map)", (1, 2, "L124")),
    ],
)
def test_pictures_come_from_the_books_folder_and_have_words(
    body: str, place: tuple[int, int, str]
) -> None:
    assert problems(body) == [place]


def test_an_empty_chapter_says_so() -> None:
    for body in ("", "\n\n", "<!-- later -->"):
        assert problems(body)[0][2] == "F113"


def test_a_slot_can_not_be_forged(monkeypatch: pytest.MonkeyPatch) -> None:
    words = iter(["aa", "bb"])
    monkeypatch.setattr(rendering.secrets, "token_hex", lambda _size: next(words))
    made = chapter("slotaa-0\n\n::: idea\nText.\n:::")
    assert [block.kind for block in made.blocks] == ["prose", "idea"]
    assert made.blocks[0].html == "<p>slotaa-0</p>"  # type: ignore[attr-defined]


def test_each_chapter_has_a_slot_of_its_own() -> None:
    assert rendering.unguessable("") != rendering.unguessable("")


def test_windows_line_ends_and_a_byte_order_mark_are_understood() -> None:
    from tests.chapters.authored import HEAD, INDEX, PATH, TOKENS
    from workbook.chapters.compiler import compile_chapter

    written = "\ufeff" + (HEAD + "One.\n\n::: idea\nTwo.\n:::\n").replace("\n", "\r\n")
    made, found = compile_chapter(written, PATH, INDEX, TOKENS)
    assert made
    assert not found
    assert [block.kind for block in made.blocks] == ["prose", "idea"]


def test_the_edition_changes_with_whatever_shapes_the_page() -> None:
    from dataclasses import replace

    from tests.chapters.authored import HEAD, INDEX, LINES, PATH, TOKENS
    from workbook.chapters.compiler import compile_chapter
    from workbook.chapters.tokens import Tokens

    def edition(body: str, tokens: Tokens = TOKENS) -> str:
        made, _found = compile_chapter(HEAD + body, PATH, INDEX, tokens)
        assert made
        return made.edition

    called = "To talk, {{lifeline}}."
    label = "::: pick any here\nWhat?\n- I {{lifeline}}\n:::"
    other = Tokens(replace(LINES, lines=(replace(LINES.lines[0], call="557"), *LINES.lines[1:])))
    assert edition("One.") == edition("One.") != edition("Two.")
    assert edition(called) != edition(called, other)
    assert edition(label) != edition(label, other)
    assert edition("One.") == edition("One.", other)


def test_problems_stand_in_order_and_none_is_said_twice() -> None:
    _made, found = compiled("<b>\n\n:::\n\n[a](nowhere)\n\n{{nobody}}")
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert len(found) == len(set(found)) == 4


def test_a_question_is_compiled_and_plain() -> None:
    made = chapter(
        "::: short answer here\nWhat *held*?\nAnd [where](my-map)?\n\nTell: {{lifeline}}\n:::"
    )
    question = made.prompts[0].question
    assert question.html.startswith("<p>What <em>held</em>?\nAnd <a ")
    assert question.plain == "What held? And where?\nTell: call or text 555"


def test_prose_is_safe_to_show() -> None:
    made = chapter("One.")
    assert isinstance(made.blocks[0], Prose)
    assert hasattr(made.blocks[0].html, "__html__")


def test_a_file_that_is_not_named_like_a_chapter_is_told() -> None:
    from tests.chapters.authored import HEAD, INDEX, TOKENS
    from workbook.chapters.compiler import compile_chapter

    for name in (
        "steady.md",
        "02_steady.md",
        "2-Steady.md",
        "2-.md",
        "0002-a.md",
        "2-" + "a" * 65 + ".md",
    ):
        made, found = compile_chapter(HEAD + "One.", f"quiet/{name}", INDEX, TOKENS)
        assert made is None
        assert found[0].code == "F105"


def test_a_message_names_the_mend() -> None:
    assert "'##'" in message("# Title")
