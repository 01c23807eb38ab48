"""The readable files: the same words, whatever they hold."""

import datetime
import io

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.elements import page as parsed
from workbook.chapters.loader import library
from workbook.journal.transfer.export import as_html, as_markdown, files
from workbook.journal.transfer.export.records import Record, Version
from workbook.prompts.display import Display
from workbook.prompts.registry import answered_kinds

NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 1, 2)
TRICKY = [
    "# not a heading",
    "- not a list\n+ nor this\n* nor this",
    "1. not a number\n2) nor this",
    "    four blanks are no code",
    "*stars* and _lines_ and `ticks` and ~~waves~~",
    "[a link](https://example.org) ![a picture](x.png) <https://example.org>",
    "<b>bold</b> &amp; &lt; &copy;",
    "a | b\n--- | ---\n1 | 2",
    "words\n===\nwords\n---",
    "> a quote",
    "a back\\slash and \\*this\\*",
    "ends in a sign #",
    "```\nfence\n```",
    "[x]: https://example.org\n[x]",
    "one\n\n\ntwo",
    "snake_case_name and 5*3*2",
    "ليلة هادئة\nمی‌خواهم",
    "👩‍👩‍👧 family",
]


def words_of(rendered):
    """What a page shows, as its words."""
    return parsed(rendered).words.split()


def rendered(text):
    return markdown.markdown(text, extensions=["tables", "sane_lists"])


@pytest.mark.parametrize("text", TRICKY)
def test_markdown_shows_the_words_exactly_as_they_were_typed(text):
    shown = as_markdown.displayed(Display(paragraphs=(text,)))
    assert words_of(rendered(shown)) == text.split()


@pytest.mark.parametrize("text", TRICKY)
def test_markdown_tables_keep_each_cell_in_its_place(text):
    shown = as_markdown.displayed(Display(header=("A", "B"), rows=((text, "end"), ("1", "2"))))
    page = rendered(shown)
    assert page.count("<tr>") == 3
    assert [cell.words.split() for cell in parsed(page).all("td")] == [
        text.split(),
        ["end"],
        ["1"],
        ["2"],
    ]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])))
def test_markdown_keeps_any_words(text):
    shown = as_markdown.displayed(Display(paragraphs=("begin " + text,)))
    page = rendered(shown)
    assert "".join(words_of(page)) == "".join(("begin " + text).split())
    assert [element.tag for element in parsed(page)] == ["blockquote", "p"]


def test_line_breaks_stay_line_breaks():
    assert rendered(as_markdown.quoted("one\ntwo")).count("<br") == 1


def record(answer, kind, **more):
    version = Version(
        book="alongside",
        prompt="today-brought",
        kind=kind,
        question="What?",
        answer=answer,
        written_at=NOON,
    )
    return Record(DAY, version, **more)


def lines(writer, records):
    head = files.head("A title", ["About it."])
    parts = writer.written_down(records, head, library().books, datetime.UTC)
    return "".join(parts).encode("utf-8", "replace").decode()


@pytest.mark.parametrize("writer", [as_html, as_markdown])
def test_an_answer_of_every_kind_is_readable(writer):
    book = library().book("alongside")
    seen = set()
    for placed in book.prompts:
        kind = placed.prompt.kind
        answer = {
            "text": "WORDS",
            "chosen": ["WORDS"],
            "value": 3,
            "low": "WORDS",
            "high": "high",
            "ticked": ["WORDS"],
            "columns": ["A"],
            "rows": [["WORDS"]],
            "people": [{"who": "WORDS", "kinds": ["Peer"], "good_for": "", "reach": ""}],
            "answers": [{"statement": "WORDS", "answer": "yes"}],
            "steps": [{"text": "WORDS", "state": "doing", "when": "", "why": "", "phase": ""}],
            "way": ["WORDS"],
            "end": "somewhere",
        }
        text = lines(writer, [record(answer, kind)])
        assert "WORDS" in text, kind
        seen.add(kind)
    assert seen == set(answered_kinds())


@pytest.mark.parametrize("writer", [as_html, as_markdown])
def test_a_kind_that_is_not_known_here_keeps_its_words(writer):
    assert "WORDS" in lines(writer, [record({"deep": [{"er": "WORDS"}]}, "a kind of tomorrow")])


@pytest.mark.parametrize("writer", [as_html, as_markdown])
def test_earlier_versions_say_when_and_under_which_question(writer):
    earlier = Version(
        kind="short answer", question="What then?", answer={"text": "THEN"}, written_at=NOON
    )
    apart = Version(kind="short answer", question="What?", answer={"text": "APART"}, is_apart=True)
    text = lines(writer, [record({"text": "NOW"}, "short answer", earlier=(earlier, apart))])
    for words in (
        "NOW",
        "THEN",
        "What then?",
        "APART",
        "A separate version",
        "January 2, 2026, 12:00 PM",
    ):
        assert words in text


def test_a_question_that_is_gone_is_named_so():
    gone = Record(
        DAY,
        Version(book="alongside", prompt="long-gone", kind="short answer", answer={"text": "A"}),
    )
    assert "isn’t asked anymore" in lines(as_html, [gone])


def test_times_are_those_of_the_reader(person):
    from workbook.journal.transfer.import_.importing import bring_in

    bring_in(person.user, person.keyring, [record({"text": "words"}, "short answer")])
    person.user.time_zone = "America/Chicago"
    import zipfile

    pack = io.BytesIO(b"".join(files.chunks(person.user, person.keyring)))
    assert "January 2, 2026, 6:00 AM" in zipfile.ZipFile(pack).read("journal.md").decode()
