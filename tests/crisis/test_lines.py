"""Where numbers come from, how they read, and what an operator may change."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from workbook.crisis import loader
from workbook.crisis.checks import operators_lines
from workbook.crisis.lines import CrisisLine, HelpLines
from workbook.crisis.loader import help_lines

SMALL = """
wording = "Help is there."
disclaimer = "Not therapy."
beside_writing = "Nobody sees this. To reach a person, {lifeline}."
banner = ["lifeline", "emergency"]

[[line]]
key = "lifeline"
name = "A line"
group = "now"
call = "11"
text = "22"
inline = "call {call} or text {text}"

[[line]]
key = "emergency"
name = "Emergency"
group = "now"
call = "33"
"""


@pytest.fixture
def own_content(tmp_path: Path, settings: Any) -> Path:
    """A content folder with a small help.toml, and an empty data folder beside it."""
    settings.CONTENT_DIR, settings.DATA_DIR = tmp_path / "content", tmp_path / "data"
    settings.CONTENT_DIR.mkdir()
    settings.DATA_DIR.mkdir()
    (settings.CONTENT_DIR / "help.toml").write_text(SMALL)
    return tmp_path


def write_site(folder: Path, text: str) -> None:
    (folder / "data" / "site.toml").write_text(text)


# --- The shipped file ---


def test_the_shipped_lines_are_whole() -> None:
    lines = help_lines()
    assert {"lifeline", "emergency"} <= {line.key for line in lines.lines}
    for line in lines.lines:
        assert line.ways(), line.key
        assert line.inline_html(), line.key
        assert line.checked_on, line.key
    for key in lines.banner:
        assert lines.line(key).tel


def test_a_key_that_nobody_has_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        help_lines().line("nobody")


# --- How a line reads ---


def line(**values: Any) -> CrisisLine:
    return CrisisLine(key="x", name="A line", **values)


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_each_number_of_a_phrase_is_a_link() -> None:
    both = line(call="11", text="22", inline="call {call} or text {text}")
    assert both.inline_html() == ('call <a href="tel:11">11</a> or text <a href="sms:22">22</a>')


def test_one_number_for_two_ways_has_a_link_on_each_verb() -> None:
    both = line(call="11", text="11", inline="call or text {call}")
    assert both.inline_html() == '<a href="tel:11">call</a> or <a href="sms:11">text 11</a>'


def test_a_phrase_can_lead_to_a_website() -> None:
    found = line(link="https://www.example.org/x", inline="look at {link}")
    assert found.inline_html() == 'look at <a href="https://www.example.org/x">example.org</a>'


@pytest.mark.parametrize(
    ("values", "phrase"),
    [
        ({"call": "11"}, "call 11"),
        ({"text": "22"}, "text 22"),
        ({"call": "11", "text": "22"}, "call 11 or text 22"),
        ({"link": "https://example.org"}, "go to example.org"),
    ],
)
def test_a_line_without_a_phrase_gets_the_usual_one(values: dict[str, str], phrase: str) -> None:
    assert text_of(line(**values).inline_html()) == phrase


def test_a_number_is_printed_as_the_service_prints_it() -> None:
    shown = line(call="5550123", call_shown="555 0123")
    assert shown.number == "555 0123"
    assert [(way.href, way.label) for way in shown.ways()] == [("tel:5550123", "Call 555 0123")]


def test_a_key_to_press_is_said_and_not_dialled() -> None:
    # A phone would press it before the menu has begun.
    way = line(call="11", press="1").ways()[0]
    assert (way.href, way.label) == ("tel:11", "Call 11, press 1")


def test_the_word_to_send_is_already_in_the_message() -> None:
    way = line(text="22", text_word="HELLO YOU").ways()[0]
    assert (way.href, way.label) == ("sms:22?&body=HELLO%20YOU", "Text HELLO YOU to 22")


def test_a_website_that_is_also_the_chat_is_named_once() -> None:
    ways = line(chat="https://example.org/chat", link="https://www.example.org").ways()
    assert [way.label for way in ways] == ["Chat at example.org"]


def test_what_a_file_says_is_escaped() -> None:
    hostile = line(call="11", call_shown="<b>", inline="<i> {call}")
    assert hostile.inline_html() == '&lt;i&gt; <a href="tel:11">&lt;b&gt;</a>'


def test_the_banner_names_the_first_line_s_verbs_and_then_numbers_alone() -> None:
    shipped = help_lines()
    words = text_of(shipped.banner_html())
    first, second = (shipped.line(key) for key in shipped.banner)
    assert words == f"Call {first.number} · Text {first.text} · Call {second.number}"
    assert f'<span class="visually-hidden">Call </span>{second.number}' in shipped.banner_html()


def test_a_banner_line_without_a_number_shows_its_website() -> None:
    lines = HelpLines(
        wording="w",
        disclaimer="d",
        beside_writing="b",
        banner=("x",),
        lines=(line(link="https://example.org"),),
    )
    assert lines.banner_html() == '<a href="https://example.org">example.org</a>'


def test_the_sentence_beside_writing_links_the_first_line(own_content: Path) -> None:
    assert help_lines().beside_writing_html() == (
        "Nobody sees this. To reach a person, "
        'call <a href="tel:11">11</a> or text <a href="sms:22">22</a>.'
    )


# --- What an operator may change ---


def test_an_operator_replaces_a_line_on_a_running_site(own_content: Path) -> None:
    assert "tel:11" in help_lines().banner_html()
    write_site(own_content, '[[line]]\nkey = "lifeline"\nname = "Ours"\ngroup = "now"\ncall = "44"')
    assert help_lines().line("lifeline").name == "Ours"
    assert "tel:44" in help_lines().banner_html()
    assert "tel:11" not in help_lines().banner_html()


def test_an_operator_adds_a_local_line_with_the_least_there_is_to_say(own_content: Path) -> None:
    write_site(own_content, '[[line]]\nkey = "county"\nname = "County team"\ncall = "55"')
    assert [line.key for line in help_lines().group("more")] == ["county"]
    assert not operators_lines()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('key = "x"\nname = "X"', "give call, text, chat or link"),
        ('key = "x"\nname = "X"\ncall = "call us"', "digits only"),
        ('key = "x"\nname = "X"\ncall = 55', "a text in quotes"),
        ('key = "x"\ncall = "55"', "'name' is missing"),
        ('name = "X"\ncall = "55"', "'key' is missing"),
        ('key = "x"\nname = "X"\nlink = "javascript:alert(1)"', "begins with https://"),
        ('key = "x"\nname = "X"\ncall = "55"\ngroup = "soon"', "group is one of"),
        ('key = "x"\nname = "X"\ncal = "55"', "unknown 'cal'"),
        ('key = "x"\nname = "X"\ncall = "55"\nexpect = "soon"', "list of texts"),
        ('key = "x"\nname = "X"\ncall = "55"\nchecked_on = "today"', "date without quotes"),
    ],
)
def test_a_slip_in_one_of_the_operator_s_lines_costs_no_other_line(
    own_content: Path, caplog: pytest.LogCaptureFixture, entry: str, said: str
) -> None:
    write_site(own_content, f'[[line]]\n{entry}\n[[line]]\nkey = "ok"\nname = "Ok"\ncall = "66"')
    with caplog.at_level(logging.ERROR):
        keys = {line.key for line in help_lines().lines}
    assert keys == {"lifeline", "emergency", "ok"}
    (found,) = operators_lines()
    assert said in found.msg
    assert said in caplog.text


def test_a_site_file_that_is_no_toml_leaves_the_shipped_lines(own_content: Path) -> None:
    write_site(own_content, "[[line")
    assert len(help_lines().lines) == 2
    assert len(operators_lines()) == 1


def test_a_content_folder_of_one_s_own_needs_no_help_file(tmp_path: Path, settings: Any) -> None:
    settings.CONTENT_DIR = tmp_path
    assert help_lines().line("lifeline").call


# --- When help.toml itself is broken ---


def test_nothing_starts_on_a_broken_help_file(own_content: Path) -> None:
    (own_content / "content" / "help.toml").write_text("wording =")
    with pytest.raises(ImproperlyConfigured, match=r"help\.toml"):
        help_lines()


def test_a_banner_must_name_lines_that_are_there(own_content: Path) -> None:
    (own_content / "content" / "help.toml").write_text(SMALL.replace('"emergency"]', '"nobody"]'))
    with pytest.raises(ImproperlyConfigured, match="nobody"):
        help_lines()


def test_a_running_site_keeps_its_lines_when_the_file_breaks(
    own_content: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = help_lines()
    (own_content / "content" / "help.toml").write_text("wording =")
    with caplog.at_level(logging.ERROR):
        assert help_lines() == before
        assert help_lines() == before
    assert caplog.text.count("stay in use") == 1
    assert operators_lines()


def test_files_are_read_again_only_when_they_change(
    own_content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = help_lines()
    monkeypatch.setattr(loader, "read", None)
    assert help_lines() is first
