"""What must never be missing from the texts, or in the wrong place, for whoever is in danger."""

import re

import pytest

from tests.content.texts import (
    CHAPTERS,
    CONTENT,
    TEXTS,
    all_of,
    before_the_first_question,
    chapter,
    leads_to,
    markup_of,
    name_of,
    page,
    places,
    source,
    words,
)
from workbook.authoring.lint.run import lint
from workbook.chapters.loader import library
from workbook.crisis.loader import help_lines
from workbook.prompts.base import Prompt

# --- Low numbers ---

SCALES = [placed.prompt for book in library().books for placed in book.prompts if placed.prompt.kind == "scale"]  # fmt: skip


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_a_low_number_is_answered_with_help_then_stopping_then_steadying_then_a_warmline(scale):
    (low,) = scale.replies
    assert (low.first, low.last) == (0, 3)
    steadying = (
        "(?:/steady-first/|ways below|top of this chapter)"  # in Steady First it is the page
    )
    order = places(
        low.html,
        f'href="tel:{name_of("lifeline").call}"',
        "(?:stop here|Or stop)",
        steadying,
        f'href="{re.escape(name_of("warmlines").link)}/?"',
    )
    assert order == sorted(order)
    assert "If this is a usual day for you" in low.html


def test_a_number_that_fell_after_steadying_leads_to_help_and_then_away_from_the_page():
    blocks = chapter("steady-first").blocks
    after = next(n for n, block in enumerate(blocks) if getattr(block, "id", "") == "steady-after")
    said = blocks[after + 1].html.partition("<h2")[0]
    assert "lower than the one before" in said
    order = places(said, 'href="tel:', "leave the page")
    assert order == sorted(order)


# --- Overdose ---


def the_urge():
    text = "".join(markup_of(block) for block in chapter("steady-first").blocks)
    return text.partition("When it’s an urge to use</h2>")[2].partition("<h2")[0]


OVERDOSE = {
    "the part on urges": the_urge,
    "after setbacks": lambda: all_of(chapter("kinder-voice").blocks),
    "help now": lambda: all_of(page("help-now").blocks),
    "first things": lambda: all_of(page("first-things").blocks),
}


@pytest.mark.parametrize("where", OVERDOSE)
def test_overdose_is_spoken_of_plainly(where):
    markup = OVERDOSE[where]()
    said = words(markup)
    assert re.search(r"[Aa]fter a break, (?:tolerance is lower|(?:a|your) body can’t take)", said)
    assert re.search(r"(?:not to (?:use|be) alone|[Dd]on’t be alone)", said)
    assert re.search(r"often free|give it away", said), "where naloxone is free"
    for key in ("naloxone", "never-use-alone", "find-treatment", "samhsa", "emergency"):
        assert leads_to(key, markup), key


@pytest.mark.parametrize("where", OVERDOSE)
def test_methadone_and_buprenorphine_are_named_as_treatment_that_nobody_is_to_stop(where):
    said = words(OVERDOSE[where]())
    assert re.search(r"[Mm]ethadone and buprenorphine.{0,80}\btreatment\b", said) or (
        "methadone or buprenorphine" in said and "Those two are treatment" in said
    )
    assert re.search(
        r"don’t (?:stop (?:either|it)|quit it)|nothing here is a reason to stop them", said
    )


@pytest.mark.parametrize("text", TEXTS)
def test_whoever_names_those_medicines_says_that_they_are_treatment(text):
    said = re.sub(r"^::: story.*?^:::$", "", source(text), flags=re.M | re.S)
    if re.search(r"methadone|buprenorphine", said, re.IGNORECASE):
        assert re.search(r"\btreatment\b", said)
        assert re.search(r"\brecovery\b|people recover on them", said)


AMOUNT = re.compile(
    r"(?:\d\W*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|a couple of|half an?)\W+)"
    r"(?:mg|mcg|µg|ml|milligrams?|micrograms?|milliliters?|grams?|ounces?|tablets?|pills?|capsules?"
    r"|doses?|drinks?|shots?|beers?|bags?|joints?|patches)\b",
    re.IGNORECASE,
)


def test_an_amount_is_known_by_its_look():
    for amount in ("50mg", "10 mg", "two pills", "half a tablet", "6 beers", "a couple of drinks"):
        assert AMOUNT.search(f"He took {amount}, he said."), amount


@pytest.mark.parametrize("text", [*TEXTS, "help.toml"])
def test_no_amount_of_anything_to_take_is_named(text):
    said = source(text)
    if text == "help.toml":
        said = re.sub(r"^#.*$", "", said, flags=re.M)
    assert not AMOUNT.search(said)


# --- People who aren't safe ---


@pytest.mark.parametrize("slug", ["my-map", "fair-edges"])
def test_the_caution_about_people_stands_before_the_first_question(slug):
    blocks = chapter(slug).blocks
    early = before_the_first_question(blocks)
    note = next(block for block in early if block.kind == "note")
    said = words(note.body.html)
    assert re.search(r"threatens you, hurts you", said)
    assert re.search(r"[Ll]eave (?:off anyone|that person out)", said)
    assert leads_to("domestic-violence", note.body.html)
    assert "“Leave quickly”" in said
    lines = next(block for block in early if block.kind == "help").line_keys
    assert {"domestic-violence", "stronghearts", "emergency"} <= set(lines)


def test_in_the_chapter_on_limits_with_people_the_caution_is_the_first_thing():
    heading, *then = chapter("fair-edges").blocks[:3]
    assert words(heading.html) == "If someone scares you"
    assert [block.kind for block in then] == ["note", "help"]


def test_beside_the_rule_on_detail_stands_that_danger_may_be_told_to_anyone():
    blocks = chapter("fair-edges").blocks
    rule = next(n for n, block in enumerate(blocks) if "that much detail" in markup_of(block))
    before = words(markup_of(blocks[rule - 1]))
    assert blocks[rule - 1].kind == "idea"
    assert re.search(
        r"Thoughts of suicide, or of being in danger, may be told to anyone, at any hour\.", before
    )
    assert leads_to("lifeline", markup_of(blocks[rule - 1]))
    assert "Safety comes before this rule every time." in words(markup_of(blocks[rule]))


@pytest.mark.parametrize("slug", ["who-for-what", "limits", "asking", "fair-edges", "hard-day"])
def test_each_chapter_that_limits_what_to_ask_of_people_has_the_exception(slug):
    said = words(all_of(chapter(slug).blocks))
    assert re.search(
        r"(?:told to|tell) anyone, at any hour|whoever it is and whatever the hour", said
    )


# --- Help ---


@pytest.mark.parametrize("slug", ["fair-edges", "early-signs", "ordinary-days"])
def test_these_chapters_end_with_people_to_reach(slug):
    last = chapter(slug).blocks[-1]
    assert last.kind == "help"
    assert {"lifeline", "emergency"} <= set(last.line_keys)


DANGER = re.compile(
    r"\bsuicid|\boverdos|\bin (?:a )?crisis\b|\bhurt(?:ing)? yourself\b", re.IGNORECASE
)
NAMING = [one for one in CHAPTERS if DANGER.search(source(one.path))]


def test_the_chapters_that_name_danger_are_found():
    assert {"early-signs", "kinder-voice", "hard-day", "fair-edges"} <= {c.slug for c in NAMING}


@pytest.mark.parametrize("one", NAMING, ids=lambda one: one.slug)
def test_a_chapter_that_names_danger_has_help_near_it_and_at_its_end(one):
    helps = [number for number, block in enumerate(one.blocks) if block.kind == "help"]
    assert helps[-1] == len(one.blocks) - 1
    named = next(n for n, block in enumerate(one.blocks) if DANGER.search(words(markup_of(block))))
    # Once it is named, nothing is asked before there is help, unless help stood there already.
    asked = [n for n, block in enumerate(one.blocks) if isinstance(block, Prompt) and n > named]
    assert helps[0] <= min(asked, default=len(one.blocks))


SAFETY = re.compile(r"C0[1-9][a-z]?$|C12")


def test_no_text_breaks_a_rule_of_safety_not_even_a_draft():
    """Errors only: help near and last, numbers, retired lines, words, methods, doses, promises."""
    report = lint(CONTENT, help_lines())
    assert {chapter.path for chapter in CHAPTERS} <= set(report.texts), "the linter read them"
    found = [f for f in report.open if SAFETY.match(f.code) and f.severity == "error"]
    assert [f"{f.path}:{f.line} {f.code} {f.message}" for f in found] == []


def test_when_stopping_means_the_emergency_number_is_said_alike_in_both_places():
    signs = [
        re.findall(r"^- (.+)$", source(f"pages/{name}.md").partition(until)[2][:900], re.MULTILINE)[
            :5
        ]
        for name, until in (
            ("help-now", "When stopping alcohol or sedatives"),
            ("first-things", "If you drink, or take sedatives"),
        )
    ]
    assert signs[0] == signs[1]
    assert any("seizure" in sign for sign in signs[0])
