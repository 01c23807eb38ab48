"""Rules 15 and 16: grades, sentences and minutes, and what they are counted from."""

import pytest

from tests.authoring.texts import codes, findings, on_a_page, page_codes, sheet_of, whole
from workbook.authoring.lint import reading
from workbook.authoring.lint.sentences import sentences, words
from workbook.authoring.lint.syllables import syllables

SYLLABLES = {
    1: "cat the through breathe walked friends help tried since years strength these lived asked "
    "stayed world calm note does don't aren't peer",
    2: "support person table little wanted changes houses boxes hopeless careful something quiet "
    "poem lion people chapter being doing reason journal crisis honest trouble didn't doesn't "
    "evening client maybe",
    3: "recover important another medicine suicide together family area idea exercise disorder "
    "condition radio medium invented prescriber addiction serious obvious beautiful everything",
    4: "recovery community diagnosis ability emergency emotional material society anxiety reality "
    "situation professional everybody",
    5: "opportunity vocabulary university organization",
}


@pytest.mark.parametrize(
    ("word", "count"), [(word, n) for n, listed in SYLLABLES.items() for word in listed.split()]
)
def test_syllables_are_counted_as_they_are_said(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four…", 4),
        ("Dr. Moss came at 4 p.m. on Monday.", 1),
        ("She lives in the U.S. and likes it.", 1),
        ('"Not today," she said. "Tomorrow."', 2),
        ("Wait… then go.", 1),
        ("No full stop at all", 1),
        ("It came to 3.5 miles.", 1),
        ("...", 0),
    ],
)
def test_sentences_end_where_a_reader_would_stop(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


def test_words_are_what_is_read_aloud() -> None:
    assert words("Don't — well-known, 3.5 and Ana's.") == [
        "Don't",
        "well-known",
        "3.5",
        "and",
        "Ana's",
    ]


def test_a_list_counts_as_a_sentence_for_each_item() -> None:
    listed = sheet_of(
        "---\ntitle: A\n---\n\n" + "- one small thing to do today\n" * 20, "pages/a.md"
    )
    flowing = sheet_of("---\ntitle: A\n---\n\n" + "one small thing to do today " * 20, "pages/a.md")
    assert reading.measure(listed.passages).sentences == 20
    assert reading.measure(flowing.passages).sentences == 1


HARD = (
    "Organizational considerations regarding interdisciplinary psychosocial rehabilitation "
    "necessitate comprehensive administrative documentation. "
)
MIDDLING = "The community center provides a variety of practical activities for local families. "


def test_a_grade_over_eight_advises_and_over_ten_stops() -> None:
    assert "C15" in codes(whole(middle=MIDDLING * 34 + "\n", minutes="5"))
    assert "C15b" in codes(whole(middle=HARD * 20 + "\n", minutes="4"))


def test_plain_words_pass() -> None:
    assert not {"C15", "C15b"} & set(codes(whole()))


def test_too_few_words_have_no_grade() -> None:
    assert page_codes(HARD) == []


def test_a_long_sentence_is_shown_where_it_begins() -> None:
    text = (
        "Short one. " + "And so it went on and on with one more word and " * 3 + "then it stopped."
    )
    (finding,) = [f for f in findings(whole(middle=text + "\n")) if f.code == "C16a"]
    assert finding.col == 12
    assert "39 words" in finding.message


def test_a_sentence_of_twenty_five_words_is_short_enough() -> None:
    assert page_codes(" ".join(["word"] * 25) + ".") == []
    assert page_codes(" ".join(["word"] * 26) + ".") == ["C16a"]


def test_a_chapter_over_two_thousand_two_hundred_words_is_long() -> None:
    part = "A short line of six words. " * 10 + "\n\n"
    assert "C16b" in codes(whole(middle=part * 40, minutes="15"))
    assert "C16b" not in codes(whole(middle=part * 30, minutes="13"))


def test_straight_quotation_marks_are_counted_once() -> None:
    (finding,) = on_a_page("She said, \"It's late.\" I don't know.")
    assert (finding.code, finding.severity) == ("C16d", "warning")
    assert "4 straight" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "She said, “It’s late.” I don’t know.",
        '`It\'s code`, and ![A porch at dusk](images/porch.jpg "The porch in May").',
        '::: example\nfor: one\n\nI didn\'t. he said "ok"\n:::',
    ],
)
def test_curly_ones_code_and_what_somebody_typed_pass(text: str) -> None:
    assert "C16d" not in page_codes(text)


def test_stated_minutes_may_be_off_by_a_fifth() -> None:
    middle = "A short line of six words. " * 120 + "\n"  # some 1,000 words with the rest
    right = round(reading.measure(sheet_of(whole(middle=middle)).passages).minutes)
    assert "C16c" not in codes(whole(middle=middle, minutes=str(right)))
    assert "C16c" in codes(whole(middle=middle, minutes=str(right * 2)))
    assert "C16c" in codes(whole(middle=middle, minutes=str(right // 2)))


def test_replies_that_only_some_see_are_not_reading_time() -> None:
    scale = "::: scale five\n0: Low\n10: High\nif 0-3: {}\nHow is it?\n:::\n"
    short = reading.measure(sheet_of(whole(middle=scale.format("Stay."))).passages)
    long = reading.measure(sheet_of(whole(middle=scale.format("Stay here. " * 50))).passages)
    assert short.words == long.words


def test_counts_only_advise_in_other_books() -> None:
    hard = whole(middle=HARD * 20 + "\n", minutes="4", questions="")
    other = {f.code: f.severity for f in findings(hard, key="another")}
    assert other["C15b"] == other["C17b"] == "warning"
    assert {f.code: f.severity for f in findings(hard)}["C15b"] == "error"


def test_sections_have_their_own_minutes() -> None:
    parts = reading.sections(sheet_of(whole(middle="## Middle\n\nWords here.\n")))
    assert [part.heading for part in parts] == [
        *("The short of it", "The bus", "Middle"),
        *("If it doesn’t work", "Before you go"),
    ]
    assert all(part.measure.minutes > 0 for part in parts)


def test_the_parts_of_an_example_are_read_one_by_one() -> None:
    row = "- " + " | ".join(["some words that say who it is"] * 4) + " -> done"
    sheet = sheet_of(f"---\ntitle: T\n---\n\n::: example\nfor: one\n\n{row}\n:::\n")
    (passage,) = (p for p in sheet.passages if p.what == "item")
    assert [len(words(s.of(passage.text))) for s in passage.sentences] == [7, 7, 7, 7, 1]
    assert passage.text.index("done") == row.index("done")
