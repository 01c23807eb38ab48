"""``manage.py check`` reads texts anew where something changed, and only there."""

import json

import pytest
from django.core.checks import Error
from django.core.checks import Warning as Advice

from workbook.authoring import remembering
from workbook.authoring.remembering import FILE_NAME, remembered


@pytest.fixture
def texts(tmp_path, settings):
    settings.CONTENT_DIR, settings.DATA_DIR = tmp_path / "content", tmp_path / "data"
    (tmp_path / "content").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "content" / "one.md").write_text("one", encoding="utf-8")
    return tmp_path


@pytest.fixture
def asked():
    """A check that finds two things, and how often it was asked."""
    times = []

    def check(**kwargs):
        times.append(1)
        return [Error("a:1:1: wrong “so”", id="content.X1"), Advice("b", id="content.X2")]

    return remembered(check), times


def test_the_same_texts_are_read_once(texts, asked):
    check, times = asked
    first, again = check(), check(app_configs=None)
    assert len(times) == 1
    for found in (first, again):
        assert [str(one) for one in found] == [
            "?: (content.X1) a:1:1: wrong “so”",
            "?: (content.X2) b",
        ]
        assert [one.is_serious() for one in found] == [True, False]


@pytest.mark.parametrize("what", ["text", "new", "gone", "lines", "day", "code"])
def test_whatever_changes_is_read_anew(what, texts, asked, monkeypatch, tmp_path):
    check, times = asked
    check()
    if what == "text":
        (texts / "content" / "one.md").write_text("two", encoding="utf-8")
    elif what == "new":
        (texts / "content" / "two.md").write_text("one", encoding="utf-8")
    elif what == "gone":
        (texts / "content" / "one.md").unlink()
    elif what == "lines":
        (texts / "data" / "site.toml").write_text("name = 'x'", encoding="utf-8")
    elif what == "day":
        tomorrow = remembering.timezone.localdate().replace(year=2999)
        monkeypatch.setattr(remembering.timezone, "localdate", lambda: tomorrow)
    else:
        (tmp_path / "code").mkdir()
        (tmp_path / "code" / "rule.py").write_text("pass", encoding="utf-8")
        monkeypatch.setattr(remembering, "PACKAGE", tmp_path / "code")
    check()
    assert len(times) == 2
    check()
    assert len(times) == 2


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"state": 1}', "1", "\0"])
def test_a_broken_memory_costs_only_time(kept, texts, asked):
    check, times = asked
    (texts / "data" / FILE_NAME).write_text(kept, encoding="utf-8")
    assert len(check()) == 2
    assert len(times) == 1


def test_where_nothing_can_be_written_it_is_asked_each_time(texts, asked, settings):
    check, times = asked
    settings.DATA_DIR = texts / "nowhere"
    assert len(check()) == len(check()) == 2
    assert len(times) == 2


def test_it_holds_nothing_but_what_was_found(texts, asked):
    check, _times = asked
    check()
    kept = json.loads((texts / "data" / FILE_NAME).read_text(encoding="utf-8"))
    assert kept["found"] == [
        [40, "a:1:1: wrong “so”", "content.X1"],
        [30, "b", "content.X2"],
    ]
