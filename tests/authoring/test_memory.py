"""What the linter remembers saves its time, and changes nothing that it finds."""

import json
import random
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from workbook.authoring import edition
from workbook.authoring.lint import books
from workbook.authoring.lint.run import Report, lint
from workbook.crisis.loader import help_lines

NUMBER_OF_CHAPTERS = len(list((settings.BASE_DIR / "content").glob("*/[0-9]*.md")))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the workbook."""
    copy = tmp_path / "content"
    shutil.copytree(settings.BASE_DIR / "content", copy)
    return copy


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "data" / "lint-memory.json"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the chapters that were really read."""
    paths: list[str] = []
    do = books.do

    def watched(task: books.Task, **rest: Any) -> Any:
        paths.append(task[0].path)
        return do(task, **rest)

    monkeypatch.setattr(books, "do", watched)
    return paths


def found(root: Path, memory: Path | None = None) -> Report:
    return lint(root, help_lines(), memory=memory)


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "alongside" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_nothing_is_read_twice_and_what_changed_is(
    root: Path, memory: Path, read: list[str]
) -> None:
    first = found(root, memory)
    assert len(read) == NUMBER_OF_CHAPTERS
    read.clear()
    assert found(root, memory) == first
    assert read == []
    edit(root, "09-fill-a-gap.md", "\n## ", "\nYou should stay positive.\n\n## ")
    second = found(root, memory)
    assert read == ["alongside/09-fill-a-gap.md"]
    assert second == found(root)
    assert second != first


def test_a_chapter_that_is_gone_is_missed_by_those_that_link_to_it(
    root: Path, memory: Path, read: list[str]
) -> None:
    found(root, memory)
    read.clear()
    (root / "alongside" / "10-asking.md").rename(root / "alongside" / "10-asked.md")
    report = found(root, memory)
    assert any("'asking'" in finding.message for finding in report.findings)
    assert "alongside/02-steady-first.md" not in read
    assert report == found(root)


def test_a_question_that_is_gone_is_missed_by_the_blocks_that_name_it(
    root: Path, memory: Path, read: list[str]
) -> None:
    found(root, memory)
    read.clear()
    edit(root, "07-my-map.md", "::: people my-people", "::: people my-folk")
    report = found(root, memory)
    assert [f for f in report.findings if f.code == "K105" and "'my-people'" in f.message]
    assert report == found(root)


def test_an_example_of_another_chapters_question_is_told_when_either_changes(
    root: Path, memory: Path, read: list[str]
) -> None:
    example = "::: example\nfor: my-people\n\n- Bo | {kind} | soup |\n:::\n\n"
    edit(root, "02-steady-first.md", "\n## ", "\n" + example.format(kind="Peer") + "## ")
    right = found(root, memory)
    assert right == found(root)
    assert not [f for f in right.findings if f.code == "B333"]
    edit(root, "02-steady-first.md", "| Peer | soup", "| Chum | soup")
    wrong = found(root, memory)
    assert wrong == found(root) == found(root, memory)
    (told,) = [f for f in wrong.findings if f.code == "B333"]
    assert told.path == "alongside/02-steady-first.md"
    read.clear()
    edit(root, "07-my-map.md", "kinds: Professional", "kinds: Chum, Professional")
    report = found(root, memory)
    assert read == ["alongside/07-my-map.md"]
    assert not [f for f in report.findings if f.code == "B333"]


def test_another_crisis_line_means_reading_anew(root: Path, memory: Path, read: list[str]) -> None:
    found(root, memory)
    read.clear()
    first, *rest = help_lines().lines
    lines = replace(help_lines(), lines=(replace(first, name="Another name"), *rest))
    lint(root, lines, memory=memory)
    assert len(read) == NUMBER_OF_CHAPTERS


@pytest.mark.parametrize("kept", ["", "{", "[]", "null", '{"linter": 1}', '{"texts": {}}'])
def test_a_damaged_memory_is_no_memory(root: Path, memory: Path, kept: str) -> None:
    memory.parent.mkdir()
    memory.write_text(kept)
    assert found(root, memory) == found(root)
    assert json.loads(memory.read_text())["texts"]


def test_a_folder_that_cant_be_written_to_is_no_problem(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert found(root, tmp_path / "file" / "memory.json") == found(root)


def test_published_ids_are_compared_from_memory_too(root: Path, memory: Path) -> None:
    known = edition.Edition(
        {"today-brought": edition.Remembered("scale", "How are you?", date(2026, 1, 1))}
    )
    edition.write(root / "alongside", known)
    first = found(root, memory)
    assert "C11c" in {finding.code for finding in first.findings}
    assert found(root, memory) == first == found(root)


def test_whatever_is_edited_memory_and_fresh_eyes_find_the_same(root: Path, memory: Path) -> None:
    dice = random.Random(7)
    names = sorted(path.name for path in (root / "alongside").glob("[0-9]*.md"))
    for _turn in range(8):
        path = root / "alongside" / dice.choice(names)
        lines = path.read_text().split("\n")
        at = dice.randrange(len(lines))
        match dice.randrange(4):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, dice.choice(lines))
            case 2:
                lines.insert(at, "[Somewhere](no-such-chapter) people commit suicide. :::")
            case _:
                lines = [line.replace("status: draft", "status: published") for line in lines]
        path.write_text("\n".join(lines))
        assert found(root, memory) == found(root)
