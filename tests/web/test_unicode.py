"""Normal forms: the same as the standard library's, and never a burden."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.costs import cost
from workbook.web.unicode import MOST_MARKS, SHORT, normalized

FORMS = ("NFC", "NFKC", "NFKD")
HEAVY = ["\u0301\u0323", "\u0f73\u0f71", "\U0001d165\U0001d17b"]


@given(st.text(max_size=20))
def test_ordinary_text_becomes_what_unicode_says(text: str) -> None:
    for form in FORMS:
        for long in (text, ("-" + text) * SHORT):
            assert normalized(form, long) == unicodedata.normalize(form, long)


def test_as_many_marks_as_any_script_needs_are_put_in_order() -> None:
    text = "a" + "\u0301\u0323" * (MOST_MARKS // 2) + "b" * SHORT
    assert normalized("NFC", text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("marks", HEAVY)
def test_a_letter_under_a_hundred_thousand_marks_takes_no_time(form, marks) -> None:
    heap, apart = "a" + marks * 50_000, ("a" + marks) * 50_000
    measured = cost(lambda: normalized(form, heap), lambda: normalized(form, apart), trace=False)
    assert measured.result
    assert measured.times < 100


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/account/login/", "username"),
        ("/account/signup/", "username"),
        ("/account/recover/", "code"),
        ("/journal/answers/alongside/{check}/", "answer-0"),
    ],
)
def test_nobody_can_keep_the_site_busy_with_such_a_letter(client, db, address, field) -> None:
    from workbook.chapters.loader import library

    check = next(p.prompt for p in library().book("alongside").prompts if p.prompt.kind == "check")
    letter = "a" + "\u0301\u0323" * 50_000
    data = dict.fromkeys((field, "statement-0", "password"), letter)
    usual = dict.fromkeys(data, "a")
    post = lambda sent: client.post(address.format(check=check.id), sent)  # noqa: E731
    assert cost(lambda: post(data), lambda: post(usual), trace=False).times < 200
