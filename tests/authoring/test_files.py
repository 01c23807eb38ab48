"""An author's file is written whole or not at all, and never over somebody's newer words."""

from pathlib import Path

import pytest

from workbook.authoring import files


def test_a_save_puts_the_text_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("one\n")
    mark = files.save(path, "two\n", seen=files.mark("one\n"))
    assert path.read_text() == "two\n"
    assert mark == files.mark(files.read_text(path))


def test_newer_words_are_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("newer\n")
    with pytest.raises(files.Changed) as changed:
        files.save(path, "mine\n", seen=files.mark("older\n"))
    assert changed.value.text == "newer\n"
    assert path.read_text() == "newer\n"


def test_saving_what_is_there_already_is_no_conflict(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("same\n")
    files.save(path, "same\n", seen="something else")


def test_line_ends_of_other_systems_are_one_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("\ufeffone\r\ntwo\r\n".encode())
    assert files.read_text(path) == "one\ntwo\n"
    files.save(path, "one\nthree", seen=files.mark("one\ntwo\n"))
    assert path.read_bytes() == b"one\nthree\n"


def test_a_file_keeps_its_rights_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("one\n")
    path.chmod(0o640)
    files.replace_text(path, "two\n")
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("one\n")
    with pytest.raises(UnicodeEncodeError):
        files.replace_text(path, "half \ud800 of it")
    assert path.read_text() == "one\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    files.create(tmp_path / "a.md", "one\n")
    with pytest.raises(FileExistsError):
        files.create(tmp_path / "a.md", "two\n")
