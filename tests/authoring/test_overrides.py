"""An author's own judgement, with its reason on record."""

import pytest

from tests.authoring.texts import codes, findings, on_a_page, page_codes, whole

ALLOW = "<!-- lint: allow {} {} -->"


def test_an_override_with_a_reason_lists_it_and_stops_nothing() -> None:
    text = ALLOW.format("C10", "the group's own name") + "\n\nThe Recovering Addicts meet here."
    (finding,) = on_a_page(text)
    assert (finding.code, finding.allowed, finding.stops) == ("C10", "the group's own name", False)


def test_an_error_of_wording_may_be_overridden() -> None:
    text = ALLOW.format("C08", "a film's title") + "\nShe saw *Healing* at the old cinema."
    assert [f.allowed for f in on_a_page(text)] == ["a film's title"]


def test_an_override_covers_the_paragraph_below_and_no_more() -> None:
    text = ALLOW.format("C10", "its own name") + "\nAddicts one.\nAddicts two.\n\nAddicts three."
    assert [bool(f.allowed) for f in on_a_page(text)] == [True, True, False]


def test_an_override_above_a_block_covers_all_of_it() -> None:
    block = "::: note\ntitle: Addicts\n\nAddicts here.\n\nAddicts there.\n:::\n"
    found = findings(whole(middle=ALLOW.format("C10", "their own name") + "\n" + block))
    assert [f.allowed for f in found] == ["their own name"] * 3


def test_an_override_inside_a_block_covers_its_next_paragraph() -> None:
    inside = ALLOW.format("C10", "their own name")
    block = f"::: note\ntitle: Names\n\n{inside}\nAddicts here.\n\nAddicts there.\n:::\n"
    assert [bool(f.allowed) for f in findings(whole(middle=block))] == [True, False]


def test_a_finding_about_the_whole_chapter_is_overridden_anywhere() -> None:
    text = whole(minutes="9", end=ALLOW.format("C16c", "the list is slow to read"))
    assert [f.allowed for f in findings(text) if f.code == "C16c"] == ["the list is slow to read"]


@pytest.mark.parametrize("code", ["C01a", "C02", "C04", "C12a", "C17a", "C19"])
def test_what_is_no_matter_of_words_cannot_be_overridden(code: str) -> None:
    assert "C00c" in page_codes(ALLOW.format(code, "because I say so") + "\n\nText.")


def test_an_override_without_a_reason_is_an_error_and_spares_nothing() -> None:
    assert page_codes("<!-- lint: allow C10 -->\nAddicts.") == ["C10", "C00a"]
    assert page_codes("<!-- lint: allow C10 reason -->\nAddicts.") == ["C10", "C00a"]


def test_an_unknown_code_is_named_with_a_guess() -> None:
    (finding,) = on_a_page(ALLOW.format("C14x", "it is fine") + "\nText.")
    assert finding.code == "C00b"
    assert "Did you mean 'C14" in finding.message


def test_small_letters_are_understood() -> None:
    assert [f.allowed for f in on_a_page(ALLOW.format("c10", "own name") + "\nAddicts.")] == [
        "own name"
    ]


def test_an_override_that_nothing_needs_is_advised_away() -> None:
    assert page_codes(ALLOW.format("C10", "no longer so") + "\nPlain words.") == ["C00d"]


def test_an_override_in_code_is_an_example() -> None:
    assert page_codes("```\n<!-- lint: allow C99 -->\n```\n\nText.") == []


def test_readers_never_see_an_override() -> None:
    assert codes(whole(middle=ALLOW.format("C14a", "an example") + "\nJust so.\n")) == ["C14a"]
