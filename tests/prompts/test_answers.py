"""What forms mean as answers, whoever wrote them, and how answers survive their authors."""

from dataclasses import replace

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.campaigns import rounds
from tests.prompts.conftest import posted, sent_by_browser
from workbook.prompts.answers import (
    LANE,
    MAX_CHARACTERS,
    MAX_ROWS,
    MAX_VALUES,
    NOT_TODAY,
    Refused,
    TooMany,
    same,
)
from workbook.prompts.base import MOST_FIELDS
from workbook.prompts.registry import answered_kinds, show
from workbook.prompts.rows import MOST_READ
from workbook.prompts.templating import controls

SOURCES = {
    "short answer": ("line", "What made today the day?", {}),
    "long answer": ("text", "What is going on?", {}),
    "pick one": ("one", "Which?\n- A walk\n- Tea\n- Something else: ___", {}),
    "pick any": ("any", "Which?\n- A walk\n- Tea\n- Something else: ___", {}),
    "scale": ("steady", "How steady?", {"0": "Not at all", "10": "Very", "if 0-3": "Rest first."}),
    "tick list": ("list", "What helps?\n- A walk\n- Tea", {}),
    "table": ("rows", "What holds you up?", {"columns": "What | When", "rows": "2"}),
    "people": ("folk", "Who?", {"kinds": "Professional, Peer"}),
    "check": (
        "check",
        "How is it?\n- I sleep\n  concern: not now\n  gap: See a friend\n- I eat",
        {},
    ),
    "plan": ("plan", "Steps\nphase: First\n- Call\n- Write\nphase: Then\n- Rest", {}),
    "guide": (
        "way",
        "step: a\nAre you safe?\n- Yes -> end: Good\n- No -> help",
        {"title": "Where?"},
    ),
}


@pytest.fixture(params=sorted(SOURCES))
def prompt(request, parse):
    ident, body, keys = SOURCES[request.param]
    block, problems = parse(request.param, ident, body, **keys)
    assert problems == []
    return block


def test_every_answered_kind_is_tried_here():
    assert set(SOURCES) == set(answered_kinds())


def test_an_untouched_form_is_an_empty_answer(prompt):
    assert prompt.is_empty(prompt.clean(QueryDict()))


def test_not_today_is_an_answer_and_keeps_the_words(prompt):
    data = posted((LANE, NOT_TODAY), ("answer", "7"), ("who-0", "Ana"), ("cell0-0", "tea"))
    answer = prompt.clean(data)
    assert answer[LANE] == NOT_TODAY
    data.pop(LANE)
    assert {**prompt.clean(data), LANE: NOT_TODAY} == answer
    assert prompt.show(answer).paragraphs[0] == "Not today."


SLOW = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=rounds(200),
)
LINE = st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])
ODD = st.text(LINE, max_size=40) | st.sampled_from(
    ["A walk", "Tea", "yes", "doing", "7", "-1", "99999999999", "٣", "\0", "<script>", '"', "&amp;"]
)
NAMES = st.sampled_from(
    [
        "answer", "own", "own-ticked", "column", "way", "end", "lane", "do",
        *(f"{name}-{n}" for n in (0, 1, 7) for name in (
            "cell0", "cell1", "who", "kind", "good_for", "reach", "statement", "answer",
            "step", "phase", "state", "when", "why", "own",
        )),
    ]
)  # fmt: skip


@SLOW
@given(pairs=st.lists(st.tuples(NAMES, ODD), max_size=30))
def test_no_form_breaks_a_kind_and_what_it_means_is_stable(prompt, pairs):
    """Any form gives an answer; shown in the form again it means the same; it always reads."""
    answer = prompt.clean(posted(*pairs))
    prompt.fields(answer)
    prompt.show(answer).as_text()
    show(prompt.kind, answer, None)
    prompt.follow_up(answer, {}, None)


@SLOW
@given(pairs=st.lists(st.tuples(NAMES, ODD), max_size=30))
def test_the_form_drawn_from_an_answer_sends_that_answer_again(prompt, pairs):
    """What the page shows is what is kept: nothing falls out between the two."""
    answer = prompt.clean(posted(*pairs))
    answer.pop(LANE, None)
    html = controls(prompt, answer, {"people_by_kind": {}}, book_slug="book", keeps=True)
    again = prompt.clean(posted(*sent_by_browser(html)))
    assert meaning(again) == meaning(answer)


def meaning(answer):
    """What the reader gave, wherever it stands: no blanks, each cell with its column, each step."""
    rows = [
        sorted(
            (same(name), cell) for name, cell in zip(answer["columns"], row, strict=True) if cell
        )
        for row in answer.get("rows", [])
    ]
    # The form groups steps and choices as the author does, with the reader's own last.
    steps = sorted(sorted(step.items()) for step in answer.get("steps", []))
    chosen = sorted(answer.get("chosen", []))
    apart = {"columns", "rows", "steps", "chosen"}
    rest = {key: value for key, value in answer.items() if value and key not in apart}
    return rest | {"rows": rows, "steps": steps, "chosen": chosen}


@given(stored=st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["text", "chosen", "own", "value", "ticked", "columns", "rows", "people", "answers",
             "steps", "who", "kinds", "statement", "answer", "way", "end", "lane"]
        ),
        inner, max_size=4,
    ),
    max_leaves=20,
))  # fmt: skip
@SLOW
def test_whatever_is_stored_can_be_read_and_shown_in_the_form(prompt, stored):
    answer = stored if isinstance(stored, dict) else {"text": stored}
    prompt.fields(answer)
    prompt.show(answer).as_text()
    prompt.follow_up(answer, {}, None)
    for kind in [*answered_kinds(), "a kind of another release"]:
        show(kind, answer, prompt)


def test_an_answer_beyond_the_bound_is_refused_with_its_words(parse):
    prompt, _ = parse("long answer", "text", "What is going on?")
    exact = prompt.clean(posted(("answer", "é" * MAX_CHARACTERS)))
    assert len(exact["text"]) == MAX_CHARACTERS
    with pytest.raises(Refused) as refusal:
        prompt.clean(posted(("answer", "ش" * (MAX_CHARACTERS + 1))))
    assert refusal.value.answer["text"] == "ش" * (MAX_CHARACTERS + 1)
    assert "ش" not in str(refusal.value)


def test_too_many_rows_are_refused(parse):
    for kind, field in (("table", "cell0"), ("people", "who"), ("plan", "step")):
        ident, body, keys = SOURCES[kind]
        prompt, _ = parse(kind, ident, body, **keys)
        for count, every_row in ((MAX_ROWS + 1, MAX_ROWS + 1), (MOST_READ + 1, 0)):
            rows = [(f"{field}-{n}", "x") for n in range(count)]
            if kind == "plan":
                rows += [(f"own-{n}", "yes") for n in range(count)]
            with pytest.raises(TooMany, match=str(MAX_ROWS)) as refusal:
                prompt.clean(posted(*rows))
            # Those that are many times more aren't even read.
            held = refusal.value.answer.values()
            assert max((len(value) for value in held), default=0) == every_row


@pytest.mark.parametrize("count", [MAX_VALUES + 1, MOST_FIELDS + 1])
def test_too_many_values_are_refused_whatever_they_are(parse, count):
    ident, body, keys = SOURCES["pick any"]
    prompt, _ = parse("pick any", ident, body, **keys)
    with pytest.raises(TooMany):
        prompt.clean(posted(*[("answer", f"option {n}") for n in range(count)]))


def test_options_since_gone_stay_chosen_and_are_marked(parse):
    before, _ = parse("pick any", "any", "Which?\n- A walk\n- Tea")
    answer = before.clean(posted(("answer", "A walk"), ("answer", "Tea")))
    after, _ = parse("pick any", "any", "Which?\n- Tea\n- A bath")
    shown = [(c.label, c.chosen, c.offered) for c in after.fields(answer)["choices"]]
    assert shown == [("Tea", True, True), ("A bath", False, True), ("A walk", True, False)]
    assert after.show(answer).as_text() == "- A walk (no longer offered)\n- Tea"
    # Saving the form again, as a browser would send it, keeps both.
    again = after.clean(posted(("answer", "Tea"), ("answer", "A walk")))
    assert set(again["chosen"]) == {"A walk", "Tea"}


def test_own_words_survive_the_option_that_asked_for_them(parse):
    before, _ = parse("pick one", "one", "Which?\n- A walk\n- Tea\n- Something else: ___")
    answer = before.clean(posted(("own", "Singing")))
    after, _ = parse("pick one", "one", "Which?\n- A walk\n- Tea")
    assert after.fields(answer)["has_own"]
    assert after.show(answer).as_text() == "- Something else: Singing"


def test_own_words_never_move_under_another_label(parse):
    before, _ = parse("pick any", "any", "Which?\n- A walk\n- What helps: ___")
    answer = before.clean(posted(("own", "Singing"), ("own-label", "What helps")))
    after, _ = parse("pick any", "any", "Which?\n- A walk\n- What makes it worse: ___")
    fields = after.fields(answer)
    assert (fields["own_label"], fields["own_is_offered"]) == ("What helps", False)
    # A page that was drawn before the author's edit says what its label was.
    assert after.clean(posted(("own", "Singing"), ("own-label", "What helps"))) == answer


def test_columns_since_gone_keep_their_cells(parse):
    before, _ = parse("table", "rows", "What holds you up?", columns="What | When")
    answer = before.clean(
        posted(("column", "What"), ("column", "When"), ("cell0-0", "Tea"), ("cell1-0", "At night"))
    )
    after, _ = parse("table", "rows", "What holds you up?", columns="Where | What")
    fields = after.fields(answer)
    assert fields["columns"] == ["Where", "What", "When"]
    assert fields["rows"][0].pairs == [("Where", ""), ("What", "Tea"), ("When", "At night")]


def test_rows_can_be_removed_and_moved_without_losing_a_cell(parse):
    prompt, _ = parse("table", "rows", "What holds you up?", columns="What")
    cells = [("column", "What"), ("cell0-0", "a"), ("cell0-1", "b"), ("cell0-2", "c")]
    moved = {
        "up:2": ["a", "c", "b"],
        "down:0": ["b", "a", "c"],
        "remove:1": ["a", "c"],
        "up:0": ["a", "b", "c"],
        "down:2": ["a", "b", "c"],
        "remove:99": ["a", "b", "c"],
        "add": ["a", "b", "c"],
        "nonsense": ["a", "b", "c"],
    }
    for do, expected in moved.items():
        assert [row[0] for row in prompt.clean(posted(*cells, ("do", do)))["rows"]] == expected


def test_a_scale_is_unset_until_it_is_answered_and_answers_to_its_range(parse):
    ident, body, keys = SOURCES["scale"]
    prompt, _ = parse("scale", ident, body, **keys)
    for odd in ("", "11", "-1", "4.5", "seven", "٣"):
        assert prompt.clean(posted(("answer", odd)))["value"] is None
    assert prompt.follow_up(prompt.clean(posted(("answer", "3"))), {}, None) == [
        "<p>Rest first.</p>"
    ]
    assert prompt.follow_up(prompt.clean(posted(("answer", "4"))), {}, None) == []
    # An answer given under other ends reads with those.
    renamed = replace(prompt, low="Shaky", high="Solid")
    assert "Not at all" in renamed.show(prompt.clean(posted(("answer", "3")))).as_text()


def test_a_number_given_between_other_ends_goes_on_meaning_those(parse):
    before, _ = parse("scale", "steady", "How is it?", **{"0": "Calm", "10": "Shaking"})
    answer = before.clean(posted(("answer", "2")))
    after, _ = parse("scale", "steady", "How is it?", **{"0": "Shaking", "10": "Calm"})
    fields = after.fields(answer)
    assert fields["value"] is None
    assert fields["before"] == {"value": 2, "low": "Calm", "high": "Shaking"}
    # A page drawn before the edit brings its own ends.
    assert after.clean(posted(("answer", "2"), ("low", "Calm"), ("high", "Shaking"))) == answer


def chosen_of(statement):
    return [choice.label for choice in statement.choices if choice.chosen]


def test_an_answer_word_that_is_no_longer_offered_stays_chosen(parse):
    before, _ = parse("check", "check", "How?\n- I sleep", answers="yes | partly | no")
    answer = before.clean(posted(("statement-0", "I sleep"), ("answer-0", "partly")))
    after, _ = parse("check", "check", "How?\n- I sleep", answers="yes | no")
    (statement,) = after.fields(answer)["statements"]
    assert [(c.label, c.chosen, c.offered) for c in statement.choices] == [
        ("yes", False, True), ("no", False, True), ("skip", False, True), ("partly", True, False),
    ]  # fmt: skip


def test_a_check_says_only_what_fits_the_answers(parse):
    ident, body, keys = SOURCES["check"]
    prompt, _ = parse("check", ident, body, **keys)
    gap = prompt.clean(posted(("statement-0", "I sleep"), ("answer-0", "not now")))
    assert "See a friend" in prompt.follow_up(gap, {}, None)[0]
    fine = prompt.clean(posted(("statement-0", "I sleep"), ("answer-0", "yes")))
    assert prompt.follow_up(fine, {}, None) == []


def test_a_check_follows_its_statement_when_the_author_reorders(parse):
    before, _ = parse("check", "check", "How?\n- I sleep\n- I eat")
    answer = before.clean(posted(("statement-0", "I sleep"), ("answer-0", "partly")))
    after, _ = parse("check", "check", "How?\n- I eat\n- I rest\n- I sleep")
    assert [(s.text, chosen_of(s)) for s in after.fields(answer)["statements"]] == [
        ("I eat", []), ("I rest", []), ("I sleep", ["partly"]),
    ]  # fmt: skip


def test_a_plan_is_read_under_headings_that_people_know(parse):
    ident, body, keys = SOURCES["plan"]
    prompt, _ = parse("plan", ident, body, **keys)
    assert prompt.offer().header == ("Step", "How far along", "When", "Why")
    assert (
        prompt.show({"steps": [{"text": "Call", "state": "doing"}]}).header == prompt.offer().header
    )


def test_a_plan_keeps_touched_and_own_steps_only(parse):
    ident, body, keys = SOURCES["plan"]
    prompt, _ = parse("plan", ident, body, **keys)
    answer = prompt.clean(
        posted(
            ("step-0", "Call"), ("phase-0", "First"), ("state-0", "doing"), ("when-0", "next week"),
            ("step-1", "Write"), ("phase-1", "First"),
            ("step-2", "My own"), ("own-2", "yes"),
            ("step-3", ""), ("own-3", "yes"),
        )
    )  # fmt: skip
    assert [step["text"] for step in answer["steps"]] == ["Call", "My own"]
    phases = prompt.fields(answer)["phases"]
    assert [(p.name, [(s.text, s.state) for _number, s in p.steps]) for p in phases] == [
        ("First", [("Call", "doing"), ("Write", "")]),
        ("Then", [("Rest", "")]),
        ("", [("My own", ""), ("", "")]),
    ]


def test_people_know_which_ways_can_be_dialled(parse):
    from workbook.prompts.kinds.people import people_in

    prompt, _ = parse("people", "folk", "Who?", kinds="Professional, Peer")
    answer = prompt.clean(
        posted(
            ("who-0", "Ana"), ("kind-0", "Peer"), ("reach-0", "(555) 010-2030"),
            ("who-1", "Bo"), ("reach-1", "the shop on Main"),
            ("who-2", ""), ("kind-2", "Peer"),
        )
    )  # fmt: skip
    people = people_in(answer)
    assert [(p.who, p.number) for p in people] == [("Ana", "5550102030"), ("Bo", "")]


def test_an_answer_given_under_straight_quotes_is_found_under_typographic_ones():
    assert same('I don\'t "lean" on anyone') == same("I don’t “lean” on anyone")
