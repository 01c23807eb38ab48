"""``manage.py lint_content``: drafts never fail, published texts must be right."""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.authoring.texts import whole
from workbook.authoring import edition

Write = Callable[[str, str], Path]
WRONG = "He committed suicide, just like that. Stay positive! [Here](page:nowhere).\n"


def lint_content(*args: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("lint_content", *args, stdout=out, stderr=io.StringIO())
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_a_right_book_passes(content: Path, write: Write) -> None:
    write("01-a-door.md", whole())
    code, said = lint_content()
    assert code == 0
    assert "Nothing stops" in said


def test_a_draft_never_fails_and_shows_every_error_and_some_advice(
    content: Path, write: Write
) -> None:
    advice = "Stay positive.\n\nYou should try.\n\nIt will be easy, obviously. Keep it up.\n"
    write("01-a-door.md", whole(middle=f"{WRONG}\n{advice}", status="draft"))
    code, said = lint_content()
    assert code == 0
    shown = [line.split(": ")[1].split()[0] for line in said.splitlines() if line[:2] == "  "]
    assert len(shown) > 6
    assert {"C01a", "C05", "C18d", "L103"} <= set(shown[:-3])
    assert {code[:3] for code in shown[-3:]} == {"C14"}
    assert "more with --all" in said


def test_all_shows_everything_about_a_draft(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(middle=WRONG, status="draft"))
    _code, said = lint_content("--all")
    assert all(code in said for code in ("C01a", "C05", "C14a", "C14c", "C18d", "L103"))


def test_the_same_text_fails_once_it_is_published(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(middle=WRONG))
    code, said = lint_content()
    assert code == 1
    assert any(line.startswith("error ") and "C05" in line for line in said.splitlines())
    assert any(line.startswith("advice ") and "C14a" in line for line in said.splitlines())


def test_advice_alone_stops_nothing(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(middle="Just so.\n"))
    assert lint_content()[0] == 0


def test_a_place_can_be_opened_from_here(content: Path, write: Write) -> None:
    path = write("01-a-door.md", whole(middle="He committed suicide.\n"))
    line = next(line for line in lint_content()[1].splitlines() if "C05" in line)
    shown, number, column = line.removeprefix("error ").split(":")[:3]
    assert Path(shown).resolve() == path
    assert path.read_text().splitlines()[int(number) - 1][int(column) - 1 :].startswith("committed")


def test_json_holds_everything_for_scripts(content: Path, write: Write) -> None:
    allowed = "<!-- lint: allow C10 their own name -->\nAddicts.\n"
    write("01-a-door.md", whole(middle=WRONG + "\n" + allowed, status="draft"))
    code, said = lint_content("--format", "json")
    report = json.loads(said)
    assert (code, report["stopping"]) == (0, 0)
    assert report["drafts"] == ["book/01-a-door.md", "book/book.md"]
    by_code = {item["code"]: item for item in report["findings"]}
    assert by_code["C05"] | {"message": "", "line": 0} == {
        "path": "book/01-a-door.md",
        "line": 0,
        "column": 4,
        "code": "C05",
        "severity": "error",
        "draft": True,
        "allowed": "",
        "stops": False,
        "message": "",
    }
    assert by_code["C10"]["allowed"] == "their own name"


def test_github_marks_the_line(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(middle="He committed suicide, 100% so.\n"))
    write("02-next.md", whole(middle="Stay positive.\n", status="draft").replace("answer one", "x"))
    code, said = lint_content("--format", "github")
    assert code == 1
    assert "::error file=" in said
    assert ",title=C05::" in said
    assert "::notice file=" in said
    assert all(line.startswith("::") for line in said.splitlines())


def test_allowed_things_are_listed_with_their_reasons(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(middle="<!-- lint: allow C10 their own name -->\nAddicts.\n"))
    assert "C10: their own name" in lint_content()[1]


def test_a_report_is_a_mirror_that_never_fails(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(middle=WRONG + "\nNo. Not now.\n\n" + "Long " * 26 + "words.\n"))
    write("02-next.md", whole().replace("The bus came and", "If the bus comes,", 1))
    code, said = lint_content("--report", "--format", "json")
    first, second = json.loads(said)
    assert code == 0
    assert first["path"] == "book/01-a-door.md"
    assert (first["minutes"], first["prompts"]) == (2, 4)
    assert first["words"] > second["words"] > 250
    assert 0 < first["short"] < 1
    assert first["sentences"] * first["long"] == pytest.approx(1, abs=0.1)
    assert second["long"] == 0
    assert 0 < first["grade"] < second["grade"] + 5
    assert (first["opens"], second["opens"]) == ("a statement", "an if or when")
    assert first["ending"] == "Then do one"


def test_a_report_in_words_names_each_chapter_once(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(middle=WRONG))
    write("02-next.md", whole(status="draft"))
    code, said = lint_content("--report", "book/02-next.md")
    assert (code, said.count("book/02-next.md"), said.count("01-a-door")) == (0, 1, 0)
    assert "A mirror, not a target" in said
    with pytest.raises(CommandError):
        lint_content("--report", "--format", "github")


def test_one_chapter_may_be_looked_at(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(middle=WRONG))
    right = write("02-next.md", whole(status="draft"))
    assert lint_content(str(right))[0] == 0
    assert lint_content("book/01-a-door.md")[0] == 1
    assert lint_content("book")[0] == 1


def test_a_path_that_is_not_there_is_wrong_use(content: Path) -> None:
    with pytest.raises(CommandError) as refused:
        lint_content("nowhere.md")
    assert refused.value.returncode == 2


def test_help_says_what_the_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    from workbook.authoring.management.commands.lint_content import Command

    Command().print_help("manage.py", "lint_content")
    assert "  1  something stops it" in capsys.readouterr().out


def test_remembering_writes_ids_once_nothing_stops(content: Path, write: Write) -> None:
    write("01-a-door.md", whole())
    assert lint_content("--release")[0] == 1
    assert lint_content("--release", "--remember")[0] == 0
    known = edition.read(content / "book")
    assert list(known.ids) == ["one", "two", "three", "four"]
    assert known.ids["two"].kind == "pick any"
    before = (content / "book/edition.toml").read_text()
    assert lint_content("--remember")[0] == 0
    assert (content / "book/edition.toml").read_text() == before


def test_remembering_a_named_book_leaves_the_others_alone(content: Path, write: Write) -> None:
    write("01-a-door.md", whole())
    shutil.copytree(content / "book", content / "other")
    top = content / "other/book.md"
    top.write_text(top.read_text().replace("key: book", "key: other"))
    for named in ("other", "other/01-a-door.md"):
        lint_content("--remember", named)
        assert (content / "other/edition.toml").exists()
        assert not (content / "book/edition.toml").exists()
        (content / "other/edition.toml").unlink()


def test_nothing_is_remembered_while_something_stops(content: Path, write: Write) -> None:
    write("01-a-door.md", whole(middle=WRONG))
    with pytest.raises(CommandError):
        lint_content("--remember")
    assert not (content / "book/edition.toml").exists()


def test_stamping_gives_each_question_an_id_of_its_own(content: Path, write: Write) -> None:
    text = whole(status="draft").replace("answer one", "answer").replace("pick any two", "pick any")
    path = write("01-a-door.md", text)
    lint_content("--stamp")
    after = path.read_text()
    stamped = [line for line in after.splitlines() if "a-door-" in line]
    assert len(stamped) == len(set(stamped)) == 2
    assert "one thing near you" not in "".join(stamped)
    assert [line for line in after.splitlines() if line not in stamped] == [
        line for line in text.splitlines() if line not in {"::: short answer", "::: pick any"}
    ]
    lint_content("--stamp")
    assert path.read_text() == after


def test_check_fails_on_what_stops_publishing(content: Path, write: Write) -> None:
    def ids() -> list[Any]:
        return [message.id for message in run_checks(tags=["content"])]

    path = write("01-a-door.md", whole())
    assert ids() == []
    path.write_text(whole(middle="He committed suicide.\n"))
    assert "content.C05" in ids()
    path.write_text(whole(middle="He committed suicide.\n", status="draft"))
    assert ids() == []
