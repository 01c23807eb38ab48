"""Rules 11 to 13: ids that last, prompts that are framed, and what they ask."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.authoring.texts import codes, findings, whole
from workbook.authoring import edition
from workbook.authoring.edition import Edition, Remembered
from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.run import lint
from workbook.crisis.loader import help_lines

Write = Callable[[str, str], Path]
SENSITIVE = "::: long answer five\nsensitive: yes\n{keys}\nWhat helps?\n:::\n"


def test_a_sensitive_prompt_needs_its_framing_and_a_way_out() -> None:
    bare = codes(whole(middle=SENSITIVE.format(keys="")))
    assert {"C12a", "C12b"} <= set(bare)
    framed = SENSITIVE.format(keys="framing: A few words will do.\nway out: You can stop here.")
    assert codes(whole(middle=framed)) == []


def test_a_framing_without_words_is_none() -> None:
    text = whole(middle=SENSITIVE.format(keys="framing:\nway out: Stop here."))
    assert "C12a" in codes(text)


@pytest.mark.parametrize("asked", ["Why did it happen?", "What was it? And why?", "So, why now?"])
def test_a_prompt_that_asks_why_is_advised(asked: str) -> None:
    found = findings(whole(middle=f"::: long answer five\n{asked}\n:::\n"))
    assert ("C13a", "warning") in [(f.code, f.severity) for f in found]


@pytest.mark.parametrize("asked", ["Why not try tea?", "What was it, and who knows why?"])
def test_why_elsewhere_is_no_question_of_cause(asked: str) -> None:
    assert "C13a" not in codes(whole(middle=f"::: long answer five\n{asked}\n:::\n"))


def test_why_outside_a_prompt_is_free() -> None:
    assert "C13a" not in codes(whole(middle="Why is that so?\n"))


# --- Rule 11 ---


def in_book(root: Path, *, release: bool = False) -> list[Finding]:
    report = lint(root, help_lines(), release=release)
    return [finding for finding in report.findings if finding.code.startswith("C11")]


def remember(root: Path, **ids: str) -> None:
    """An edition that remembers ids with their kinds."""
    asks = {"one": "What is one thing near you?"}
    edition.write(
        root / "book",
        Edition(
            {
                name.replace("_", "-"): Remembered(
                    kind, asks.get(name, ""), edition.dt.date(2026, 1, 1)
                )
                for name, kind in ids.items()
            }
        ),
    )


def test_an_id_that_is_still_there_is_fine(content: Path, write: Write) -> None:
    write("01-a-door.md", whole())
    remember(content, one="short answer", two="pick any", three="long answer", four="short answer")
    assert in_book(content) == []


def test_an_id_that_is_gone_is_an_error_that_names_the_mend(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(status="draft"))
    remember(content, one="short answer", heavy_day="pick any")
    (finding,) = in_book(content)
    assert (finding.code, finding.path) == ("C11a", "book/edition.toml")
    assert "was: heavy-day" in finding.message
    assert finding.stops
    line = (content / "book/edition.toml").read_text().splitlines()[finding.line - 1]
    assert line.startswith("heavy-day =")


def test_a_renamed_id_is_guessed(content: Path, write: Write) -> None:
    write("01-a-door.md", whole().replace("answer one", "answer first-thing"))
    remember(content, one="short answer")
    (gone,) = [f for f in in_book(content) if f.code == "C11a"]
    assert "Perhaps it is 'first-thing' now" in gone.message


def test_was_keeps_what_was_answered(content: Path, write: Write) -> None:
    write("01-a-door.md", whole().replace("answer one\n", "answer first\nwas: one\n"))
    remember(content, one="short answer")
    assert "C11a" not in [f.code for f in in_book(content)]


def test_a_retired_id_may_be_gone_but_never_comes_back(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(status="draft"))
    known = {"old": Remembered("short answer", "", edition.dt.date(2026, 1, 1))}
    edition.write(content / "book", Edition(known, {"old": "merged in spring"}))
    assert in_book(content) == []
    write("02-next.md", whole(status="draft").replace("answer one", "answer old"))
    assert ("C11b", True) in [(f.code, f.stops) for f in in_book(content)]


def test_an_id_that_changes_its_kind_is_an_error_even_in_a_draft(
    content: Path, write: Write
) -> None:
    write("01-a-door.md", whole(status="draft"))
    remember(content, one="scale")
    (finding,) = in_book(content)
    assert (finding.code, finding.stops) == ("C11c", True)
    assert "was: one" in finding.message


def test_an_id_that_asks_something_else_is_advised(content: Path, write: Write) -> None:
    write("01-a-door.md", whole().replace("What is one thing near you?", "How did Monday go?"))
    remember(content, one="short answer", two="pick any", three="long answer", four="short answer")
    (finding,) = in_book(content)
    assert (finding.code, finding.severity) == ("C11d", "warning")


def test_a_reworded_question_is_the_same_question(content: Path, write: Write) -> None:
    write("01-a-door.md", whole().replace("What is one thing near you?", "What's one thing near?"))
    remember(content, one="short answer", two="pick any", three="long answer", four="short answer")
    assert in_book(content) == []


def test_published_ids_have_to_be_written_down_for_a_release(content: Path, write: Write) -> None:
    write("01-a-door.md", whole())
    assert {(f.code, f.severity) for f in in_book(content)} == {("C11e", "warning")}
    assert {(f.code, f.severity) for f in in_book(content, release=True)} == {("C11e", "error")}


def test_an_edition_that_cannot_be_read_says_so(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(status="draft"))
    (content / "book/edition.toml").write_text("[ids]\none = 3\n")
    assert [f.code for f in in_book(content)] == ["C11f"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("::: short answer\nWhat?\n:::\n", "B204"),
        ("::: short answr five\nWhat?\n:::\n", "B101"),
        ("::: short answer five\n:::\n", "B202"),
        ("::: short answer one\nWhat?\n:::\n", "K101"),
    ],
)
def test_what_the_compiler_knows_of_prompts_stops_publishing(
    content: Path, write: Write, text: str, code: str
) -> None:
    write("01-a-door.md", whole(middle=text))
    assert code in [f.code for f in lint(content, help_lines()).stopping]


def test_an_edition_is_read_as_it_was_written(tmp_path: Path) -> None:
    day = edition.dt.date(2026, 3, 31)
    made = Edition({"one": Remembered("scale", 'How "steady" — now?', day)}, {"old": "a reason"})
    edition.write(tmp_path, made)
    read = edition.read(tmp_path)
    assert (read.ids, read.retired) == (made.ids, made.retired)
    assert edition.read(tmp_path / "nowhere") == Edition()
