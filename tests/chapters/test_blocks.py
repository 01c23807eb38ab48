"""Colon blocks: what opens and closes them, their keys, and what is told of a slip."""

import pytest

from tests.chapters.authored import chapter, compiled, html, message, problems
from workbook.chapters.blocks import MAX_BLOCKS, RawBlock, read_blocks
from workbook.prompts.source import SourceLine


def cut(text: str) -> tuple[list[str | RawBlock], list[tuple[int, str]]]:
    found: list[tuple[int, str]] = []
    lines = [SourceLine(number, line) for number, line in enumerate(text.split("\n"), start=1)]
    pieces = read_blocks(lines, lambda line, col, code, words: found.append((line, code)))
    return [piece if isinstance(piece, RawBlock) else piece.text for piece in pieces], found


def only(text: str) -> RawBlock:
    pieces, found = cut(text)
    assert not found
    (block,) = pieces
    assert isinstance(block, RawBlock)
    return block


@pytest.mark.parametrize(
    "opening",
    [
        "::: pick any heavy-day",
        ":::pick any heavy-day",
        "::::: Pick Any heavy-day  ",
        ":::\u00a0pick\u00a0any “heavy-day”",
    ],
)
def test_a_block_opens_with_three_or_more_colons_its_kind_and_its_id(opening: str) -> None:
    block = only(f"{opening}\nWhat helps?\n- A walk\n:::")
    assert (block.name, block.ident, block.line) == ("pick any", "heavy-day", 1)
    assert [line.text for line in block.body] == ["What helps?", "- A walk"]


def test_prose_and_blocks_keep_their_order() -> None:
    made = chapter("One.\n\n::: idea\nTwo.\n:::\n\nThree.\n\n::: note\nFour.\n::::")
    assert [block.kind for block in made.blocks] == ["prose", "idea", "prose", "note"]


def test_known_keys_are_taken_and_anything_else_is_text() -> None:
    block = only(
        "::: scale steady\nrepeat: any\n“hint”: One tap\n0: Not\u00a0at all\nif 0-3: Call.\n"
        "Today: how steady?\n:::"
    )
    assert {name: value.text for name, value in block.keys.items()} == {
        "repeat": "any",
        "hint": "One tap",
        "0": "Not\u00a0at all",
        "if 0-3": "Call.",
    }
    assert [line.text for line in block.body] == ["Today: how steady?"]


def test_keys_may_have_empty_lines_around_and_go_on_in_indented_ones() -> None:
    block = only("::: story\n\ntitle: Long\n  and longer\n\nby: Ana\n\nText.\n\n:::")
    assert block.keys["title"] == ("Long and longer", 3)
    assert block.keys["by"].text == "Ana"
    assert [line.text for line in block.body] == ["Text."]


def test_indented_keys_are_keys_each() -> None:
    assert list(only("::: story\n  title: A\n  by: B\nText.\n:::").keys) == ["title", "by"]


def test_colons_inside_code_are_shown() -> None:
    shown = html("```\n::: story\n:::\n```\n\nWrite `:::` to close, or `` ::: idea ``.")
    assert shown.startswith("<pre><code>::: story\n:::\n</code></pre>")
    assert "<code>:::</code>" in shown


def test_code_inside_a_block_may_hold_colons() -> None:
    made = chapter("::: note\nLike this:\n\n~~~\n::: idea\n:::\n~~~\n:::\n\nAfter.")
    assert [block.kind for block in made.blocks] == ["note", "prose"]


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("::: stroy\nA.\n:::", (1, 1, "B101"), "Did you mean 'story'?"),
        ("::: pik any x\nA?\n- a\n:::", (1, 1, "B101"), "Did you mean 'pick any'?"),
        ("::: zebra\nA.\n:::", (1, 1, "B101"), "Known are: short answer,"),
        ("A.\n\n::: idea\nA.", (3, 1, "B102"), "':::' on a line of its own"),
        ("A.\n\n:::\n\nB.", (3, 1, "B103"), "no block is open"),
        ("::: idea\nA.\n::: and so\n\nB.", (3, 1, "B104"), "Put it on the next line"),
        ("::: idea A :::", (1, 12, "B104"), "a line of its own"),
        ("- a\n\n  ::: idea\n  A.\n:::", (3, 3, "B105"), "very start of the line"),
        ("> ::: idea\n> A.\n:::", (1, 3, "B105"), "in a list or a quote"),
        ("- ::: idea\n  A.\n:::", (1, 3, "B105"), "in a list or a quote"),
        ("    ::: idea\nA.\n:::", (1, 5, "B105"), "indented"),
        ("Close it with ::: please.", (1, 15, "B106"), "only at the start"),
        (":: idea\nA.\n:::", (1, 1, "B107"), "three colons"),
        ("::: idea\nA.\n::", (3, 1, "B107"), "three colons"),
        ("::: short answer a\nsensitve: yes\nQ?\n:::", (2, 1, "B108"), "Did you mean 'sensitive'?"),
        ("::: idea\ntitle: A\ntitle: B\nC.\n:::", (3, 1, "B109"), "Keep one"),
        ("::: idea\nA.\ntitle: B\n:::", (3, 1, "B110"), "directly under the opening line"),
        ("A.\n\n```\n::: idea", (3, 1, "B111"), "never closed"),
    ],
)  # fmt: skip
def test_each_slip_is_told_with_its_place_and_its_mend(
    body: str, place: tuple[int, int, str], words: str
) -> None:
    assert problems(body)[0] == place
    assert words in compiled(body)[1][0].message


def test_one_slip_makes_one_problem() -> None:
    assert problems("::: idea\nA.\n\n::: note\nB.\n:::\n\nC.") == [(1, 1, "B102")]
    assert problems("- a\n\n  ::: idea\n  A.\n  :::\n\nB.") == [(3, 3, "B105"), (5, 3, "B105")]


def test_no_colons_reach_a_page_as_text() -> None:
    for body in ("::: x", ":::", "a ::: b", "> :::", ":: idea", "::: idea\nx", "1. ::: idea"):
        made, found = compiled(body)
        assert made is None
        assert found


def test_a_time_or_an_address_is_no_block() -> None:
    assert "At 10:30" in html("At 10:30, see [it](https://a.example/x::y). C++ has std::vector.")


def test_a_line_of_the_question_may_look_like_a_key() -> None:
    made = chapter("::: short answer here\nToday: what helped?\n:::")
    assert made.prompts[0].question.plain == "Today: what helped?"


def test_four_hundred_blocks_are_enough() -> None:
    block = "::: idea\nA.\n:::\n"
    assert len(chapter(block * MAX_BLOCKS).blocks) == MAX_BLOCKS
    assert problems(block * (MAX_BLOCKS + 1)) == [(3 * MAX_BLOCKS + 1, 1, "F107")]


def test_a_problem_of_the_kind_comes_through_with_its_line() -> None:
    assert problems("One.\n\n::: pick any here\nWhat?\n:::") == [(3, 1, "B209")]
    assert "needs options" in message("::: pick any here\nWhat?\n:::")


def test_an_id_twice_in_a_chapter_is_told() -> None:
    block = "::: short answer here\nWhat?\n:::\n\n"
    assert problems(block * 2) == [(5, 1, "K101")]


def test_a_draft_may_lack_ids_and_a_published_chapter_may_not() -> None:
    from tests.chapters.authored import INDEX, TOKENS
    from workbook.chapters.compiler import compile_chapter

    body = "\n::: short answer\nWhat?\n:::\n"
    draft, found = compile_chapter(
        f"---\ntitle: A\nstatus: draft\n---{body}", "quiet/01-a.md", INDEX, TOKENS
    )
    assert draft
    assert [problem.code for problem in found] == ["B204"]
    assert not draft.prompts[0].stamped
    published, _found = compile_chapter(
        f"---\ntitle: A\nstatus: published\n---{body}", "quiet/01-a.md", INDEX, TOKENS
    )
    assert published is None
