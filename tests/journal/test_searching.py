"""Search in all that was written: what is found, what is marked, and what it costs."""

import datetime
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from workbook.journal.dating import set_day
from workbook.journal.models import Entry
from workbook.journal.searching import Search, excerpts, find, fold, marked

LINE, LONG = "today-brought", "understood-once"
LETTERS = st.text(st.sampled_from("aAéÉßſİıøﬁ<&'’“ \n日ل\u0301\u200dक्"), max_size=40)


def found(person, words="", **bounds):
    return [w.answer["text"] for w in find(person.user, person.keyring, Search(words, **bounds))[0]]


def test_every_word_has_to_be_there_in_any_order_and_case(person, put):
    put(person, "Oranges on the BUS", LINE)
    put(person, "The bus was late")
    assert found(person, "bus oranges") == ["Oranges on the BUS"]
    assert len(found(person, "bus")) == 2
    assert found(person, '"the bus" late') == ["The bus was late"]
    assert found(person, "“was  late”") == []
    assert found(person, "zebra") == []


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("un café près de l’école", "cafe l'ecole"),
        ("cafe", "café"),
        ("STRASSE", "straße"),
        ("هادِئ", "هادئ"),
        ("静かな夜", "夜"),
        ("I can't", "can’t"),
    ],
)
def test_accents_case_and_the_keyboards_quotes_make_no_difference(person, put, written, asked):
    put(person, written)
    assert found(person, asked) == [written]


def test_the_question_and_a_title_are_looked_through_too(person, put, book):
    put(person, "rain", LINE)
    assert found(person, "opened this rain") == ["rain"]


def test_bounds_of_time_kind_and_chapter_narrow_it(person, put):
    put(person, "same words", LINE)
    put(person, "same words, longer")
    first = Entry.objects.order_by("sequence").first()
    set_day(person.user, person.keyring, first.id, datetime.date(2001, 1, 1))
    assert found(person, "words", until=datetime.date(2001, 1, 1)) == ["same words"]
    assert found(person, "words", since=datetime.date(2001, 1, 2)) == ["same words, longer"]
    assert found(person, "words", kind="long answer") == ["same words, longer"]
    assert found(person, "words", part="alongside/start-here") == ["same words"]
    assert found(person, part="alongside/walking-beside") == ["same words, longer"]
    assert found(person, "words", part="own") == []


def test_nobody_finds_anothers_words(make_person, put):
    ana, bo = make_person("ana"), make_person("bo")
    put(ana, "a secret")
    assert found(bo, "secret") == []


def test_what_was_deleted_is_not_found(person, put):
    from workbook.journal import removal

    put(person, "words")
    removal.delete(person.user, Entry.objects.all(), removal.LATER)
    assert found(person, "words") == []


@given(LETTERS, st.lists(LETTERS, max_size=3))
def test_marking_changes_nothing_but_adds_marks(text, terms):
    terms = [folded for term in terms if (folded := fold(term)).strip()]
    made = marked(text, terms)
    plain = made.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in plain
    assert unescape(plain) == text
    if not any(term in fold(text) for term in terms):
        assert made == plain


@pytest.mark.parametrize(
    ("text", "term", "made"),
    [
        ("Café, <b>café</b>", "cafe", "<mark>Café</mark>, &lt;b&gt;<mark>café</mark>&lt;/b&gt;"),
        ("cafe\u0301!", "cafe", "<mark>cafe\u0301</mark>!"),
        ("Straße", "ss", "Stra<mark>ß</mark>e"),
        ("can’t", "can't", "<mark>can’t</mark>"),
    ],
)
def test_matches_are_marked_as_they_were_written(text, term, made):
    assert marked(text, [term]) == made


def test_excerpts_show_each_match_with_what_stands_around_it(person, put):
    put(person, "filler " * 300 + "oranges " + "filler " * 300 + "oranges again")
    [written] = find(person.user, person.keyring, Search("oranges")).written
    first, second = excerpts(written, ["oranges"])
    assert first.startswith("… ")
    assert first.endswith(" …")
    assert "<mark>oranges</mark> again" in second
    assert len(first) < 300


# --- Over HTTP ---


def search(client, **fields):
    return client.post(reverse("journal-search"), fields)


def test_a_match_is_marked_and_escaped_on_the_page(person, entered, put):
    put(person, "<i>Oranges</i> & co")
    html = search(entered(person), words="oranges").content.decode()
    assert "&lt;i&gt;<mark>Oranges</mark>&lt;/i&gt; &amp; co" in html


def test_what_is_looked_for_is_in_no_address_and_not_kept(person, entered, put, caplog):
    put(person, "oranges")
    client = entered(person)
    response = search(client, words="oranges")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "oranges" not in caplog.text
    assert all("oranges" not in str(cookie) for cookie in client.cookies.values())


def test_coming_back_to_a_search_finds_its_form_and_looks_for_nothing(person, entered, put):
    put(person, "oranges")
    response = entered(person).get(reverse("journal-search"), {"words": "oranges"})
    assert response.status_code == 200
    assert "oranges" not in response.content.decode()
    locked = entered(person, locked=True)
    address = reverse("journal-search")
    response = locked.post(
        address, {"words": "x"}, headers={"Referer": f"http://testserver{address}"}
    )
    response = locked.post(
        response.url, {"username": person.user.name, "password": person.password}, follow=True
    )
    assert response.status_code == 200


def test_nothing_found_is_said_kindly(person, entered, put):
    put(person, "words")
    assert "Nothing was found" in search(entered(person), words="zebra").content.decode()


def test_without_words_or_bounds_nothing_is_listed(person, entered, put):
    put(person, "my own words")
    html = search(entered(person), words="").content.decode()
    assert "my own words" not in html


@pytest.mark.parametrize(
    "fields",
    [
        {"words": "a" * 50_000},
        {"words": '"' * 101},
        {"words": "x", "since": "yesterday", "kind": "none", "part": "../..", "page": "-1"},
        {"words": ".*+?[](){}|\\^$"},
        {"words": "a\0b"},
        {"words": "x", "page": "9" * 40},
    ],
)
def test_odd_questions_are_answered(person, entered, put, fields):
    put(person, "words")
    assert search(entered(person), **fields).status_code == 200


def test_a_token_gone_stale_keeps_what_was_asked(person, put, entered):
    put(person, "oranges")
    client = entered(person)
    client.handler.enforce_csrf_checks = True
    response = search(client, words="oranges")
    assert response.status_code == 403
    html = response.content.decode()
    assert 'value="oranges"' in html
    assert "<mark>" not in html


def test_more_than_a_page_goes_on_by_a_button(person, entered):
    from tests.journal.test_journal_page import fill

    fill(person, 120, text="oranges")
    client = entered(person)
    html = search(client, words="oranges").content.decode()
    assert html.count('class="entry"') == 50
    html = search(client, words="oranges", page="3").content.decode()
    assert html.count('class="entry"') == 20
    assert re.search(r'name="page" value="2"', html)
    assert 'value="4"' not in html


def test_a_search_asks_the_database_a_few_times_whatever_it_holds(person, entered):
    from tests.journal.test_journal_page import fill

    fill(person, 300)
    client = entered(person)
    with CaptureQueriesContext(connection) as captured:
        search(client, words="zebra")
    assert len(captured) <= 4
