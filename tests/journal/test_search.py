"""Search in all that was written: what is found, what is marked, and what it costs."""

import datetime
import re
import unicodedata
import uuid
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.costs import cost
from tests.elements import page as parsed
from workbook.journal.entries import matching
from workbook.journal.entries import search as searching
from workbook.journal.entries.matching import fold, spans
from workbook.journal.entries.queries import opened
from workbook.journal.entries.restoring import set_day
from workbook.journal.entries.search import Search, SearchMark, find, marked
from workbook.journal.models import Entry
from workbook.journal.views import listing

BOOK, LINE, LONG = "alongside", "today-brought", "understood-once"
LETTERS = st.text(st.sampled_from("aAéÉßſİıøﬁ<&'’“ \n日ل\u0301\u200dक्"), max_size=40)


def found(person, words="", **bounds):
    hits = find(person.user, person.keyring, Search(words, **bounds)).hits
    entries = (Entry.objects.get(id=hit.written.entry.id) for hit in hits)
    return [opened(entry, person.keyring).answer["text"] for entry in entries]


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
    from workbook.journal.entries import deletion

    put(person, "words")
    deletion.delete(person.user, person.keyring, Entry.objects.all(), deletion.LATER)
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


@given(st.text(max_size=200) | LETTERS)
def test_a_long_text_is_folded_as_its_letters_are(text):
    one_by_one = "".join(matching._folded(letter) for letter in text)
    assert fold(text) == one_by_one == fold(fold(text))
    assert fold(text * 30) == one_by_one * 30


@given(LETTERS, st.lists(LETTERS, min_size=1, max_size=4))
def test_terms_are_found_where_looking_letter_by_letter_finds_them(text, terms):
    terms = [folded for term in terms if (folded := fold(term)).strip()]
    letters = [matching._folded(letter) for letter in text]
    places = [place for place, letter in enumerate(letters) for _sign in letter]
    in_order = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    until, plain = 0, []
    for match in re.finditer(in_order, "".join(letters)) if in_order else ():
        start, end = places[match.start()], places[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if start >= until:
            plain.append((start, end))
            until = end
    assert list(spans(text, terms)) == plain


def test_a_text_of_every_sign_there_is_fills_no_memory_for_good():
    before = len(matching._folds)
    fold("".join(map(chr, range(0x20000, 0x20000 + 60_000))))
    assert len(matching._folds) <= max(before, matching._folds.MOST)


def test_a_mark_is_read_as_it_was_written():
    mark = SearchMark(datetime.date(2026, 1, 1), 7, uuid.UUID(int=9))
    assert SearchMark.read(str(mark)) == mark
    for wrong in ("", "x", str(mark) + "0", str(mark).upper() + " ", "2026-01-01_-7_" + "0" * 32):
        assert SearchMark.read(wrong) is None


def test_excerpts_show_each_match_with_what_stands_around_it(person, put):
    put(person, "filler " * 300 + "oranges " + "filler " * 300 + "oranges again")
    [hit] = find(person.user, person.keyring, Search("oranges")).hits
    first, second = hit.excerpts
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
        {"words": "x", "start": "9" * 40},
        {"words": "x", "start": "2026-01-01_-1_" + "0" * 36},
        {"words": "x", "start": f"2026-01-01_{2**70}_00000000-0000-0000-0000-000000000000"},
        {"words": " ".join(f'"{n}"' for n in range(100))},
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
    seen, start, pages = [], "", []
    while start is not None:
        page = parsed(search(client, words="oranges", start=start).text)
        entries = [
            link.attributes["href"]
            for link in page.all("a")
            if "/entries/" in link.attributes["href"]
        ]
        seen += entries
        pages.append(len(entries))
        starts = {b.words: b.attributes["value"] for b in page.all("button", name="start")}
        assert ("From the newest again" in starts) is bool(start)
        start = starts.get("Search further back")
    assert pages == [50, 50, 20]
    assert len(set(seen)) == 120


def test_a_search_asks_the_database_a_few_times_whatever_it_holds(person, entered):
    from tests.journal.test_journal_page import fill

    fill(person, 300)
    client = entered(person)
    with CaptureQueriesContext(connection) as captured:
        search(client, words="zebra")
    assert len(captured) <= 4


# --- What it costs ---

NEVER = "\N{HANGUL SYLLABLE GAG}" * 3
HEAVY = {
    "many scripts": "각난닫랄" * 25_000,
    "marks": "a" + "\u0301\u0323" * 49_999,
    "letters": "a" * 100_000,
    "words": "ab " * 33_333,
    "lines": "\n" * 99_999 + "x",
    "emoji": "🙂" * 100_000,
}


@pytest.fixture
def fill_with(person, book):
    """``fill_with(text, 100)`` puts so many entries into the journal, quicker than saving does."""

    def fill(text, count, kind="long answer", **answer):
        payload = {"book": BOOK, "prompt": LONG, "kind": kind, "question": "Q", "language": "en"}
        rows = []
        for number in range(count):
            own = payload | {"occurrence": f"{number}", "answer": answer or {"text": text}}
            row = Entry(user=person.user, day=datetime.date(2026, 1, 1), sequence=number)
            row.seal(person.keyring, own)
            rows.append(row)
        Entry.objects.bulk_create(rows)

    return fill


@pytest.mark.parametrize("words", ["a", "각"])
@pytest.mark.parametrize("text", ["각난닫랄" * 25_000, "a" * 100_000])
def test_a_hundred_of_the_longest_texts_fill_a_page_bit_by_bit(
    person, entered, fill_with, text, words
):
    fill_with(text, 100)
    client = entered(person)
    measured = cost(lambda: search(client, words=words), lambda: search(client, words=""))
    assert len(measured.result.content) < 500_000
    assert measured.megabytes < 64
    assert measured.times < 500


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
@pytest.mark.parametrize("words", [NEVER, "a 각 🙂 x b ab aa aaaaaaaa 난 닫"])
def test_the_longest_texts_are_looked_through_bit_by_bit(person, entered, fill_with, text, words):
    fill_with(text, 30)
    client = entered(person)
    plain = lambda: search(client, words="")  # noqa: E731
    measured = cost(lambda: search(client, words=words), plain)
    assert measured.result.status_code == 200
    assert len(measured.result.content) < 500_000
    assert measured.megabytes < 64
    assert measured.times < 500


def test_a_search_that_stops_says_how_far_it_came_and_goes_on_to_the_end(
    person, entered, fill_with, put, monkeypatch
):
    fill_with("각난닫랄" * 25_000, 12)
    put(person, "oranges", LINE)
    Entry.objects.filter(prompt_tag=Entry.objects.order_by("sequence").last().prompt_tag)
    Entry.objects.filter(sequence=12).update(day=datetime.date(2020, 5, 3))
    monkeypatch.setattr(searching, "MOST_SECONDS", 0.02)
    client, start, rounds = entered(person), "", 0
    while True:
        page, rounds = parsed(search(client, words="oranges", start=start).text), rounds + 1
        if [heading for heading in page.all("h2") if heading.words == "Found"]:
            break
        assert "Nothing was found back to January 1, 2026" in page.words
        starts = {b.words: b.attributes["value"] for b in page.all("button", name="start")}
        start = starts["Search further back"]
    assert 1 < rounds < 14
    assert "Search further back" not in page.words


def test_whoever_searches_on_and_on_is_asked_to_wait_and_keeps_the_words(
    person, make_person, entered, monkeypatch
):
    client = entered(person)
    assert search(client, words="oranges").status_code == 200
    while not listing.SEARCHES.wait(str(person.user.pk)):
        pass
    response = search(client, words="oranges", kind="scale")
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 2
    page = parsed(response.text)
    assert page.one("textarea", name="words").words == "oranges"
    assert page.one("input", name="kind").attributes["value"] == "scale"
    assert page.one("input", name="csrfmiddlewaretoken").attributes["value"]
    assert client.get(reverse("journal-search")).status_code == 429
    assert search(entered(make_person("bo")), words="oranges").status_code == 200
