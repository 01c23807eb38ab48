"""Answers drawn over time: every help line says what it is, and nothing is left out or added up."""

import datetime

import pytest

from tests.prompts.books import write_book
from workbook.prompts.base import Dated

CHAPTER = """
::: pick one season
repeat: any
Which season is nearest?
- Crisis
- Stable
- Something else: ___
:::

::: pick one device
Who sees this device?
- Only me
- Others
:::

::: scale steady
repeat: any
0: Coming apart
10: Steady enough
How steady?
:::
"""
FIRST = datetime.date(2025, 1, 5)


@pytest.fixture
def book(settings, tmp_path):
    return write_book(settings, tmp_path / "content", CHAPTER)


@pytest.fixture
def season(book):
    return book.prompt("season").prompt


def dated(*answers):
    return [
        Dated(FIRST + datetime.timedelta(days=30 * month), answer)
        for month, answer in enumerate(answers)
    ]


def picked(label, own="", own_label=""):
    return {"chosen": [label] if label else [], "own": own, "own_label": own_label}


def test_each_option_has_a_lane_in_the_order_it_is_asked(season):
    drawn = season.look_back(dated(picked("Stable"), picked("Crisis")))
    assert [lane.name for lane in drawn.lanes] == ["Crisis", "Stable", "Something else"]
    assert [lane.is_used for lane in drawn.lanes] == [True, True, False]
    heights = {lane.name: lane.y for lane in drawn.lanes}
    assert [(point.y, point.name) for point in drawn.points] == [
        (heights["Stable"], "Stable"),
        (heights["Crisis"], "Crisis"),
    ]
    assert [point.is_last for point in drawn.points] == [False, True]


def test_own_words_stand_on_the_lane_that_asked_for_them(season):
    drawn = season.look_back(dated(picked("Stable"), picked("", "Between jobs", "Something else")))
    assert drawn.points[-1].name == "Something else"
    assert "Between jobs" not in str(drawn)


def test_what_is_no_longer_offered_keeps_a_lane_below(season):
    drawn = season.look_back(dated(picked("Recovering"), picked("stable")))
    assert [lane.name for lane in drawn.lanes][-1] == "Recovering"
    assert drawn.points[-1].name == "Stable"  # as it is written now


def test_one_answer_or_none_is_no_picture(season):
    assert season.look_back(dated(picked("Stable"))) is None
    assert season.look_back(dated(picked("Stable"), picked(""))) is None


def test_what_is_asked_once_is_not_about_time(book, season):
    assert season.then_and_now
    assert not book.prompt("device").prompt.then_and_now


def test_a_scale_names_its_dots_where_there_is_room(book):
    steady = book.prompt("steady").prompt
    ends = {"low": "Coming apart", "high": "Steady enough"}

    def named(count):
        drawn = steady.look_back(dated(*({"value": n % 11, **ends} for n in range(count))))
        return [point.is_named for point in drawn.points]

    assert named(6) == [True] * 6
    assert named(12) == [True, *[False] * 10, True]
