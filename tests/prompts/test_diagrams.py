"""Diagrams and drawn guides: a picture beside an equal list, whatever there is room for."""

import itertools
import re

import pytest
from django.test import Client

from tests.elements import page
from tests.prompts.books import write_book
from workbook.chapters.compiler import compile_chapter
from workbook.prompts import branching, flow, lettering
from workbook.prompts.picture import LETTER

FRONT = "---\ntitle: One\n---\n"
TREE = """
::: diagram
title: Where help comes from
shape: {shape}
ends in: An easier night

It can come from *anywhere*.

- Help in the evening
  - Someone in the room
    - A sister
    - The dog
  - Someone farther off
    - A friend on the phone with a rather long name
:::
"""
GUIDE = """
::: guide where
title: Where to?
drawn: yes

step: first
Is it late?
- Yes -> last
- Yes, and I need a person -> help
- No -> end: Then it keeps.

step: last
Rest. Did that help?
- No -> first
- Show me more -> chapter: one
:::
"""


def diagram(text):
    chapter, problems = compile_chapter(FRONT + text, "small/01-one.md")
    assert chapter, problems
    assert not problems
    return chapter.blocks[0]


@pytest.fixture
def shown(settings, tmp_path):
    """``shown(text)`` → the chapter's page and its worksheet."""

    def shown(text):
        write_book(settings, tmp_path / "content", text)
        addresses = ("/books/small/one/", "/books/small/one/print/")
        return tuple(page(Client().get(address).text).one("main") for address in addresses)

    return shown


def words_of(picture):
    return " ".join(words.text for words in picture.words)


@pytest.mark.django_db
@pytest.mark.parametrize(("shape", "branches"), [("tree", "ul"), ("phases", "ol")])
def test_the_list_beside_the_picture_says_the_same_in_the_same_order(shown, shape, branches):
    for main in shown(TREE.format(shape=shape)):
        section = main.one("section", "block--diagram")
        assert section.one("h2").words == "Where help comes from"
        assert "It can come from" in section.words
        listed = section.one(of="nodes")
        assert [item.children[0].strip() for item in listed.all("li")] == [
            "Help in the evening",
            "Someone in the room",
            "A sister",
            "The dog",
            "Someone farther off",
            "A friend on the phone with a rather long name",
        ]
        assert len(listed.all("li")[0].all(branches)[0].all("li")) == 5
        assert "All of it leads to: An easier night" in section.words
        for drawing in section.all("svg"):
            drawn = re.sub(r"\s|\b\d\b", "", drawing.words)
            for item in listed.all("li"):
                assert item.children[0].replace(" ", "").strip() in drawn
            assert "Aneasiernight" in drawn


@pytest.mark.django_db
def test_a_picture_is_named_and_leaves_all_looks_to_the_style_sheet(shown):
    for main in shown(TREE.format(shape="tree") + GUIDE):
        for drawing in main.all("svg", "drawing"):
            assert drawing.attributes["role"] == "img"
            assert "list" in drawing.attributes["aria-label"].lower()
            for element in (drawing, *drawing):
                assert not {"style", "fill", "stroke"} & set(element.attributes)


def test_branches_of_a_tree_stand_side_by_side_and_at_one_height():
    wide = diagram(TREE.format(shape="tree")).pictures["wide"]
    stops = [stop for stop in wide.stops if not stop.is_small]
    assert len(stops) == 2
    assert len({stop.y for stop in stops}) == 1
    assert stops[0].x < stops[1].x
    assert not any(stop.number for stop in stops)


def test_phases_are_numbered_and_more_than_four_branches_stand_in_rows():
    block = diagram(TREE.format(shape="phases"))
    for picture in block.pictures.values():
        numbers = [stop.number for stop in picture.stops if not stop.is_small]
        assert numbers == ["1", "2"]
    many = "\n".join(f"  - Branch {number}" for number in range(5))
    wide = diagram(f"::: diagram\nshape: tree\n\n- Start\n{many}\n:::\n").pictures["wide"]
    assert len({stop.x for stop in wide.stops}) == 1


@pytest.mark.parametrize("shape", ["tree", "phases"])
@pytest.mark.parametrize("end", ["", "An easier night"])
def test_nothing_is_drawn_outside_the_picture(shape, end):
    long = "Donaudampfschifffahrtsgesellschaftskapitänswitwe"
    branches = [
        branching.DrawnBranch(f"Branch {long}", (long, "a", "b c d " * 12), "1" if shape == "phases" else "")
    ] * 4  # fmt: skip
    pictures = [branching.rows(long, branches, end, width) for width in (190, 276, 610)]
    for picture in (*pictures, branching.columns(long, branches, end)):
        for words in picture.words:
            half = lettering.width(words.text) * LETTER
            left = words.x - half / 2 if words.is_centered else words.x
            assert left >= 0
            assert left + half <= picture.width + 1, words
            assert 0 < words.y < picture.height
        for frame in picture.frames:
            assert frame.x + frame.width <= picture.width
            assert frame.y + frame.height <= picture.height


def test_a_step_says_in_the_picture_where_each_way_leads():
    block = diagram(GUIDE)
    for picture in block.pictures.values():
        said = words_of(picture)
        for words in ("Yes, and I need a person → the crisis lines", "Then it keeps.", "a chapter"):
            assert words in said
        assert [stop.number for stop in picture.stops] == ["1", "2", "2", "1"]
        back = [line for line in picture.lines if line.is_back]
        assert len(picture.lines) == 2
        assert len(back) == 1


def test_lines_in_one_lane_never_meet_unless_they_lead_to_one_step():
    steps = [
        flow.FlowStep("a", (flow.FlowWay("x", 2), flow.FlowWay("y", 1), flow.FlowWay("z", 3))),
        flow.FlowStep("b", (flow.FlowWay("x", 3), flow.FlowWay("y", 0))),
        flow.FlowStep("c", (flow.FlowWay("x", 2), flow.FlowWay("y", 3))),
        flow.FlowStep("d", (flow.FlowWay("x", 1),)),
    ]
    spans, lanes = flow._spans(steps), flow._lanes(steps)
    assert lanes.keys() == spans.keys() == {(2, False), (1, False), (3, False), (0, True), (2, True), (1, True)}  # fmt: skip
    for one, other in itertools.combinations(lanes, 2):
        if lanes[one] == lanes[other]:
            (a, b), (c, d) = spans[one], spans[other]
            assert b < c or d < a


@pytest.mark.django_db
def test_a_drawn_guide_unfolds_as_a_picture_with_a_list_and_prints_with_it(shown):
    screen, paper = shown(GUIDE)
    unfolds = screen.one("details", "guide__flow")
    assert unfolds.all("summary")[0].words == "See all of it as a picture"
    listed = unfolds.one("ol")
    assert "Yes → step 2" in listed.words
    assert "No → step 1" in listed.words
    assert [a.attributes["href"] for a in listed.all("a")] == ["/help-now/", "/books/small/one/"]
    assert len(paper.all("svg", "drawing")) == 1
    assert not shown(GUIDE.replace("drawn: yes\n", ""))[0].all(of="guide__flow")


WRONG = [
    ("shape: circle\n\n- A\n  - B", "B341", 1, "shape: tree"),
    ("\n- A\n  - B", "B341", 0, "shape: phases"),
    ("shape: tree\n\nWords.", "B342", 0, "begins with one item"),
    ("shape: tree\n\n- A\n- B", "B342", 0, "begins with one item"),
    ("shape: tree\n\n- A", "B342", 0, "has the others under it"),
    ("shape: tree\n\n- A\n  - B\nwords", "B343", 5, "only items"),
    ("shape: tree\n\n- A\n  -\n  - B", "B343", 4, "only items"),
    ("shape: tree\n\n- A\n  - B\n    - C\n      - D", "B344", 6, "one level too deep"),
    ("shape: tree\n\n- A\n  - *B*", "H105", 4, "plain words"),
]


@pytest.mark.parametrize(("block", "code", "line", "mend"), WRONG)
def test_what_can_not_be_drawn_is_told_with_its_line(block, code, line, mend):
    chapter, problems = compile_chapter(f"{FRONT}::: diagram\n{block}\n:::\n", "small/01-one.md")
    assert chapter is None
    (problem,) = problems
    assert (problem.code, problem.line) == (code, FRONT.count("\n") + 1 + line)
    assert mend in problem.message


@pytest.mark.parametrize("indent", ["  ", "    ", "\t"])
def test_any_even_indent_makes_a_level(indent):
    text = f"::: diagram\nshape: tree\n\n* A\n{indent}* B\n{indent * 2}* C\n{indent}* D\n:::\n"
    start = diagram(text).start
    assert [(node.text, len(node.nodes)) for node in start.nodes] == [("B", 1), ("D", 0)]


@pytest.mark.parametrize(
    ("text", "letters", "most", "lines"),
    [
        ("one two three", 7, 0, ["one two", "three"]),
        ("", 7, 0, [""]),
        ("abcdefghij k", 4, 0, ["abcd", "efgh", "ij k"]),
        ("one two three four", 7, 2, ["one two", "three…"]),
        ("abcdefghij", 4, 2, ["abcd", "efg…"]),
        ("日本語", 4, 0, ["日本", "語"]),
    ],
)
def test_words_are_set_on_lines_that_fit(text, letters, most, lines):
    assert lettering.lines(text, letters, most) == lines
