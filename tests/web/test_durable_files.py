"""A file is written whole or not at all, wherever the machine stops."""

import os
from pathlib import Path

import pytest

from workbook.web.durable_files import write_whole


class MachineStopped(BaseException):
    """What no handler of errors catches, as a power cut."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("one\n")
    return path


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The system's calls that matter for the order of things, as they are made."""
    made: list[str] = []

    def watch(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def noted(*args: object, **kwargs: object) -> object:
            made.append(name)
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, noted)

    watch(os, "fsync")
    watch(os, "link")
    watch(Path, "replace")
    return made


def test_a_file_is_replaced_and_nothing_is_left_beside_it(path: Path) -> None:
    write_whole(path, "two\n")
    assert path.read_text() == "two\n"
    assert list(path.parent.iterdir()) == [path]


def test_its_bytes_are_on_the_disk_before_it_has_its_name_and_then_the_name(
    path: Path, calls: list[str]
) -> None:
    write_whole(path, "two\n")
    assert calls == ["fsync", "replace", "fsync"]


@pytest.mark.parametrize("place", ["fdopen", "fsync", "fchmod"])
def test_where_it_is_cut_off_the_old_text_stays(
    path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object, **kwargs: object) -> None:
        raise MachineStopped

    monkeypatch.setattr(os, place, stop)
    with pytest.raises(MachineStopped):
        write_whole(path, "two\n")
    assert path.read_text() == "one\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_text(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "two\n")
    assert path.read_text() == "one\n"
    assert list(path.parent.iterdir()) == [path]


def test_what_is_no_text_leaves_the_old_one(path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "half \ud800 of it")
    assert path.read_text() == "one\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_new_file_is_for_this_account_alone(path: Path) -> None:
    new = path.with_name("new")
    write_whole(new, b"\x00\xff")
    assert new.read_bytes() == b"\x00\xff"
    assert new.stat().st_mode & 0o777 == 0o600


def test_rights_are_kept_where_that_is_asked(path: Path) -> None:
    path.chmod(0o640)
    write_whole(path, "two\n", mode=None)
    assert path.stat().st_mode & 0o777 == 0o640
    write_whole(path.with_name("new"), "two\n", mode=None)
    assert path.with_name("new").stat().st_mode & 0o777 == 0o644


def test_what_is_there_is_kept_where_that_is_asked(path: Path) -> None:
    with pytest.raises(FileExistsError):
        write_whole(path, "two\n", replace=False)
    assert path.read_text() == "one\n"
    assert list(path.parent.iterdir()) == [path]
    write_whole(path.with_name("new"), "two\n", replace=False)
    assert path.with_name("new").read_text() == "two\n"
