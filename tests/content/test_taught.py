"""Sets that the workbook teaches stand in it whole: each thing singly, with its reason or its way on."""

import re

import pytest

from tests import elements
from tests.content.texts import BOOK, chapter, page, source
from workbook.chapters.loader import library

KINDS = ("professional", "personal", "peer", "workplace")


def prompt(ident):
    return library().book(BOOK).prompt(ident).prompt


def prose(blocks):
    """The markdown between the blocks, as a tree."""
    return elements.page("".join(block.html for block in blocks if block.kind == "prose"))


# --- Four kinds, and what each is for ---


def test_the_twenty_eight_reasons_to_turn_to_somebody_stand_singly():
    """Three of each kind lead, and the rest of each is under the whole list."""
    names = ("A professional", "Someone close", "A peer", "Someone at work")
    text = source(chapter("who-for-what").path)
    counts = []
    for name in names:
        lead = text.partition(f"\n### {name}\n")[2]
        rest = text.partition(f"\n**{name}, also when**\n")[2]
        items = [
            re.findall(
                r"^- (.+)", re.split(r"^(?:#|\*\*|:::)", part, maxsplit=1, flags=re.M)[0], re.M
            )
            for part in (lead, rest)
        ]
        assert len(items[0]) == 3, name
        assert len(set(items[0] + items[1])) == len(items[0] + items[1])
        counts.append(len(items[0] + items[1]))
    assert counts == [9, 8, 6, 5]


def test_each_of_the_four_kinds_is_drawn_beside_the_others():
    (drawn,) = [block for block in chapter("four-kinds").blocks if block.kind == "diagram"]
    assert drawn.shape == "tree"
    assert [branch.text.casefold() for branch in drawn.start.nodes] == list(KINDS)
    assert all(len(branch.nodes) >= 3 for branch in drawn.start.nodes)


# --- The comparison ---


def comparison(blocks):
    (table,) = prose(blocks).all("table")
    return [[cell.words for cell in row.all("th") + row.all("td")] for row in table.all("tr")]


def test_peer_support_therapy_and_coaching_are_compared_in_fifteen_cells():
    head, *rows = comparison(chapter("beside-not-instead").blocks)
    assert head[1:] == ["Peer support", "Therapy", "Coaching"]
    assert [len(row) for row in rows] == [4] * 5
    assert all(cell for row in rows for cell in row)
    can_treat, replaces = rows[1], rows[4]
    assert can_treat[1:] == ["No", "Yes", "No"]
    assert all(cell.startswith("No") for cell in replaces[1:])


def test_the_page_about_the_site_compares_them_in_the_same_words():
    assert comparison(page("about").blocks) == comparison(chapter("beside-not-instead").blocks)


# --- The guide ---


def flow():
    """``{step: [where its ways lead]}``; a way out of the guide is named by what it is."""
    return {
        step.id: [way.target if way.what == "step" else way.what for way in step.ways]
        for step in prompt("where-to-turn").steps
    }


def test_the_guide_asks_about_danger_before_anything_else():
    steps = flow()
    first, second = list(steps)[:2]
    assert (first, second) == ("danger", "need")
    assert steps["danger"][0] == "help"
    assert steps["danger"][-1] == "need"
    said = prompt("where-to-turn").steps[0].text.plain
    assert "Thoughts of suicide count." in said


def test_the_guide_goes_from_the_kind_to_whether_it_works_to_what_is_missing_and_round_again():
    steps = flow()
    assert [way for way in steps["need"] if way != "end"] == list(KINDS)
    for kind in KINDS:
        assert "people" in steps[kind], "shows whom the reader named"
        assert {"chapter", "prompt"} & set(steps[kind]), "and leads on who has nobody yet"
        assert steps[kind][-1] == "working"
    assert steps["working"] == ["keep", "missing", "danger"]
    assert [way for way in steps["missing"] if way != "end"] == list(KINDS)
    assert steps["keep"] == ["end"]


def test_nobody_who_cant_tell_is_left_without_a_way_out():
    for step in ("need", "missing"):
        (way,) = [way for way in _step(step).ways if way.is_end]
        assert way.words == "I can’t tell yet"
        assert way.target


def _step(ident):
    return next(step for step in prompt("where-to-turn").steps if step.id == ident)


# --- Building and balance ---

LAYERS = ("Foundation", "Connection", "Community", "Work")


def test_a_gap_is_filled_in_twelve_steps_of_four_layers():
    plan = prompt("layer-steps")
    assert [step.phase for step in plan.steps] == [layer for layer in LAYERS for _three in range(3)]
    assert len({step.text for step in plan.steps}) == 12
    said = " ".join(step.text for step in plan.steps)
    for way in ("Find a therapist", "Join a peer group", "employee assistance program"):
        assert way in said
    assert "start medication" not in said.casefold()


def test_the_picture_of_the_layers_and_the_plan_have_the_same_steps():
    (drawn,) = [block for block in chapter("fill-a-gap").blocks if block.kind == "diagram"]
    assert drawn.shape == "phases"
    assert len(drawn.start.nodes) == len(LAYERS)
    for layer, name in zip(drawn.start.nodes, LAYERS, strict=True):
        planned = [step.text for step in prompt("layer-steps").steps if step.phase == name]
        # The plan is the reader's own: their manager, a new friend of theirs.
        assert [leaf.text.split()[0] for leaf in layer.nodes] == [s.split()[0] for s in planned]
        assert name in layer.text


def test_each_of_the_seven_questions_about_balance_has_its_meaning():
    section = "".join(b.html for b in chapter("my-map").blocks if b.kind == "prose")
    section = section.partition("Seven questions about balance</h2>")[2].partition("<h2")[0]
    items = elements.page(section).one("ol").all("li")
    assert len(items) == 7 == len(prompt("balance").statements)
    for item in items:
        question = item.all("strong")[0].words
        assert question.endswith("?")
        assert len(item.words.removeprefix(question).split()) >= 8, question


def test_support_that_fits_together_has_eleven_markers():
    markers = [statement.text for statement in prompt("picture-now").statements]
    assert len(set(markers)) == len(markers) == 11
    said = " ".join(markers)
    for word in ("single source", "joy, purpose", "therapist", "peer group", "hobbies", "manager"):
        assert word in said


def test_the_four_ways_to_tip_are_taught_alike_and_by_adding():
    text = source(chapter("when-it-tips").path)
    for way in ("All therapy", "No therapy", "Only the group", "Mostly work"):
        part = text.partition(f"\n## {way}\n")[2].partition("\n## ")[0]
        for heading in (
            "How it starts",
            "What it looks like",
            "Why it isn’t enough",
            "What to add",
        ):
            assert f"**{heading}.**" in part, f"{way}: {heading}"
        assert re.search(r"^\*\*(?:A sign|Signs) of it\.\*\*", part, re.M), way


def test_the_four_seasons_each_have_their_section():
    text = source(chapter("onward").path)
    for season in ("Acute crisis", "Active treatment", "Stable stretches", "Major life changes"):
        assert f"\n## {season}\n" in text
    assert [option.split()[0] for option in prompt("season").options[:4]] == [
        "Acute", "Active", "Stable", "Major",
    ]  # fmt: skip


# --- What is set apart ---


def set_apart(slug):
    return [
        elements.page(block.body.html).words
        for block in chapter(slug).blocks
        if block.kind == "idea" and block.set_apart
    ]


@pytest.mark.parametrize(
    ("number", "where", "word"),
    [(0, "beside-not-instead", "beside"), (1, "kinder-voice", "broken"), (2, "my-map", "weight")],
)
def test_a_core_line_is_set_apart_where_it_matters_and_again_on_the_last_page(number, where, word):
    last = set_apart("onward")
    assert len(last) == 3
    assert last[number] in set_apart(where)
    assert word in last[number]
