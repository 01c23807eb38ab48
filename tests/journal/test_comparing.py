"""Two texts side by side, and two answers as one."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.costs import cost
from workbook.journal.entries.comparing import compared, marked
from workbook.journal.entries.merging import CantJoin, joined

TEXTS = st.text(st.sampled_from("ab \n日本é<&\"'"), max_size=60)


def text_of(pieces):
    return "".join(piece.text for piece in pieces)


def only_here(pieces):
    return [piece.text for piece in pieces if piece.is_only_here]


@given(TEXTS, TEXTS)
def test_both_texts_stay_whole_and_what_they_share_is_the_same(left, right):
    old, new = compared(left, right)
    assert (text_of(old), text_of(new)) == (left, right)
    shared = ["".join(p.text for p in side if not p.is_only_here) for side in (old, new)]
    assert shared[0] == shared[1]
    if left == right:
        assert only_here(old) == only_here(new) == []


@given(TEXTS, TEXTS)
def test_a_marked_text_reads_the_same_and_holds_no_markup_but_ours(left, right):
    made = marked(compared(left, right)[0])
    without = re.sub(
        r'<mark class="only-here" data-before="[^"]*" data-after="[^"]*">|</mark>', "", made
    )
    assert html.unescape(without) == left
    assert "<" not in without


def test_words_are_told_apart_not_letters():
    old, new = compared("I called Ana on Monday.", "I called Ben on Monday.")
    assert (only_here(old), only_here(new)) == (["Ana "], ["Ben "])
    old, new = compared("今日は雨です", "今日は晴れです")
    assert (only_here(old), only_here(new)) == (["雨"], ["晴れ"])


def test_the_longest_answers_are_compared_before_anyone_stops_waiting():
    worst = [
        ("word " * 20_000, "other " * 16_000),
        (" ".join(map(str, range(18_000))), " ".join(map(str, reversed(range(18_000))))),
        ("ab " * 700 + "c", "ba " * 700 + "d"),
        ("\n" * 100_000, "a\n" * 50_000),
    ]
    usual = lambda: marked(compared("word " * 20_000, "word " * 19_999 + "other")[0])  # noqa: E731
    for pair in worst:
        measured = cost(lambda pair=pair: marked(compared(*pair)[0]), usual, trace=False)
        assert measured.times < 100


@pytest.mark.parametrize(
    ("kind", "first", "second", "both"),
    [
        ("long answer", {"text": "one\n"}, {"text": "two"}, {"text": "one\n\ntwo"}),
        ("long answer", {"text": "one"}, {"text": "one and more"}, {"text": "one and more"}),
        ("short answer", {"text": ""}, {"text": "two"}, {"text": "two"}),
        (
            "pick any",
            {"chosen": ["a", "b"], "own": "x"},
            {"chosen": ["b", "c"], "own": ""},
            {"chosen": ["a", "b", "c"], "own": "x"},
        ),
        (
            "table",
            {"columns": ["A"], "rows": [["1"], ["2"]]},
            {"columns": ["A"], "rows": [["2"], ["3"]]},
            {"columns": ["A"], "rows": [["1"], ["2"], ["3"]]},
        ),
        ("people", {"people": [{"who": "Ana"}]}, {"people": []}, {"people": [{"who": "Ana"}]}),
        ("long answer", {"text": "one", "lane": "not today"}, {"text": "one"}, None),
    ],
)
def test_joined_answers_hold_all_that_either_says(kind, first, second, both):
    assert joined(kind, first, second) == (both or first)


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("scale", {"value": 3}, {"value": 4}),
        ("pick one", {"chosen": ["a"]}, {"chosen": ["b"]}),
        ("check", {"answers": {}}, {"answers": {"a": "yes"}}),
        ("table", {"columns": ["A"], "rows": []}, {"columns": ["B"], "rows": [["1"]]}),
        ("a kind of later", {"text": "a"}, {"text": "b"}),
        ("long answer", {"text": "a"}, {"text": ["b"]}),
    ],
)
def test_where_only_one_can_stand_nothing_is_made_up(kind, first, second):
    with pytest.raises(CantJoin):
        joined(kind, first, second)
