"""Everything that was written: by day, by chapter, and each entry on its own page."""

import datetime
import re
import tracemalloc
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.elements import page as parsed
from tests.raw import with_a_bit_flipped
from workbook.journal.entries.queries import opened
from workbook.journal.models import Entry
from workbook.journal.rendering.listing import A_PAGE
from workbook.journal.rendering.prompt_form import writer_of

BOOK, LINE, LONG = "alongside", "today-brought", "understood-once"


def fill(person, count, text="words", **more):
    """Many entries of one person, a day each, the newest numbered highest."""
    entries = []
    first = datetime.date(2010, 1, 1)
    for number in range(count):
        payload = {
            "book": BOOK,
            "prompt": "ease",
            "occurrence": str(number),
            "kind": "short answer",
            "question": "Was there a moment of ease?",
            "answer": {"text": f"{text} {number}"},
            "written_at": timezone.now().isoformat(),
            **more,
        }
        entry = Entry(
            user=person.user,
            day=first + datetime.timedelta(days=number),
            sequence=number,
        )
        entry.seal(person.keyring, payload)
        entries.append(entry)
    Entry.objects.bulk_create(entries)


def html_of(client, address, **query):
    return client.get(address, query).content.decode()


def test_an_empty_journal_says_what_will_be_here(person, entered):
    html = html_of(entered(person), reverse("journal"))
    assert "Nothing is here yet" in html
    assert 'role="search"' not in html


def test_entries_stand_under_their_days_the_latest_first(person, entered):
    fill(person, 3)
    html = html_of(entered(person), reverse("journal"))
    places = [html.index(f"words {number}") for number in (2, 1, 0)]
    assert places == sorted(places)
    assert "January 1, 2010" in html


def test_nothing_is_counted(person, entered):
    fill(person, 40)
    main = parsed(html_of(entered(person), reverse("journal"))).one(id="main")
    assert not re.search(r"\b40\b|\b(entries|answers|days) (so far|in a row)|%", main.words)


def test_five_thousand_entries_page_in_few_queries_and_bounded_memory(person, entered):
    fill(person, 5_000)
    client = entered(person)
    client.get(reverse("journal"))
    for page in (1, 50, 100):
        tracemalloc.start()
        with CaptureQueriesContext(connection) as captured:
            html = html_of(client, reverse("journal"), page=page)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert html.count('class="entry"') == A_PAGE
        assert len(captured) <= 6
        assert peak < 8_000_000
    assert "Older" not in html
    assert "There is nothing older" in html_of(client, reverse("journal"), page=101)


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "٣", "9" * 30, "1.5"])
def test_an_odd_page_is_the_first(person, entered, page):
    fill(person, 1)
    assert "words 0" in html_of(entered(person), reverse("journal"), page=page)


def test_by_chapter_lists_only_what_holds_words(person, entered, put):
    client = entered(person)
    assert "Nothing is here yet" in html_of(client, reverse("journal"), by="chapter")
    put(person, "a line", LINE)
    html = html_of(client, reverse("journal"), by="chapter")
    assert "Start Here" in html
    assert "Walking Beside" not in html
    html = html_of(client, reverse("journal"), part="alongside/start-here")
    assert "a line" in html
    assert "a line" not in html_of(client, reverse("journal"), part="alongside/walking-beside")
    assert client.get(reverse("journal"), {"part": "alongside/nowhere"}).status_code == 404


def test_answers_to_removed_questions_and_changed_kinds_read_on(person, entered):
    fill(person, 1, prompt="asked-no-more", question="What was asked once?")
    fill(person, 1, prompt=LINE, occurrence="x", kind="scale", answer={"value": 4}, question="Q?")
    fill(person, 1, prompt=LINE, occurrence="y", kind="of later", answer={"new": ["Ana", "Bo"]})
    client = entered(person)
    html = html_of(client, reverse("journal"))
    for words in ("What was asked once?", "4 on a scale", "Ana", "Bo"):
        assert words in html
    html = html_of(client, reverse("journal"), part="gone")
    assert "What was asked once?" in html
    assert "4 on a scale" not in html


def test_a_damaged_entry_is_said_and_takes_no_page_down(person, entered):
    fill(person, 2)
    entry = Entry.objects.get(sequence=0)
    Entry.objects.filter(id=entry.id).update(sealed=with_a_bit_flipped(bytes(entry.sealed)))
    client = entered(person)
    html = html_of(client, reverse("journal"))
    assert "can’t be read" in html
    assert "words 1" in html
    page = client.get(reverse("entry", args=[entry.id]))
    assert page.status_code == 200
    assert "can’t be read" in page.content.decode()


def test_a_closed_part_is_said_with_the_way_to_open_it(person, entered, put):
    from workbook.vault.keyring import Keyring
    from workbook.vault.passwords import begin

    put(person, "from before")
    person.user.password_is_own = True
    newer = begin(person.user, "another long password")
    person.keyring = Keyring(person.user.pk, {newer.current_id: newer.data_key(newer.current_id)})
    put(person, "from now")
    client = entered(person)
    html = html_of(client, reverse("journal"))
    assert "from now" in html
    assert "from before" not in html
    assert reverse("closed-journal") in html
    closed = Entry.objects.exclude(data_key_id=newer.current_id).get()
    assert client.get(reverse("entry", args=[closed.id])).status_code == 404


def test_sensitive_answers_wait_behind_one_press(person, entered, put):
    put(person, "", "call-signals", answer={"chosen": ["A sign"], "own": ""})
    html = html_of(entered(person), reverse("journal"))
    assert html.index("Show what you wrote") < html.index("A sign")


def test_a_long_answer_is_cut_in_the_list_and_whole_on_its_page(person, entered, put):
    put(person, "word " * 2_000 + "the end")
    client = entered(person)
    html = html_of(client, reverse("journal"))
    assert "the end" not in html
    assert "Read more" in html
    assert "the end" in html_of(client, reverse("entry", args=[Entry.objects.get().id]))


def test_what_a_reader_writes_is_never_markup(person, entered, put):
    put(person, "<script>alert(1)</script><b>&amp;")
    client = entered(person)
    for address in (reverse("journal"), reverse("entry", args=[Entry.objects.get().id])):
        html = html_of(client, address)
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;&amp;amp;" in html


def test_the_day_can_be_set_to_when_it_was(person, entered, put):
    put(person, "from the blue notebook")
    entry = Entry.objects.get()
    client = entered(person)
    client.post(reverse("entry-day", args=[entry.id]), {"day": "1999-12-31"})
    assert Entry.objects.get().day == datetime.date(1999, 12, 31)
    assert "December 31, 1999" in html_of(client, reverse("journal"))
    put(person, "from the blue notebook, page two")
    assert Entry.objects.get().day == datetime.date(1999, 12, 31)


@pytest.mark.parametrize("day", ["", "31.12.1999", "1999-02-30", "0205-03-31", "x" * 1000])
def test_an_odd_day_is_refused_kindly(person, entered, put, day):
    put(person, "words")
    entry = Entry.objects.get()
    response = entered(person).post(reverse("entry-day", args=[entry.id]), {"day": day})
    assert response.status_code == 422
    assert "year, month and day" in response.content.decode()
    assert Entry.objects.get().day == entry.day


def test_a_strangers_entry_is_not_there(make_person, entered, put):
    ana, bo = make_person("ana"), make_person("bo")
    put(ana, "ana’s words")
    ident = Entry.objects.get().id
    client = entered(bo)
    assert client.get(reverse("entry", args=[ident])).status_code == 404
    assert client.post(reverse("entry-day", args=[ident]), {"day": "1999-12-31"}).status_code == 404
    assert "ana’s words" not in html_of(client, reverse("journal"))


def test_locked_every_page_leads_to_the_password(person, entered, put):
    put(person, "hidden words")
    ident = Entry.objects.get().id
    client = entered(person, locked=True)
    for address in (
        reverse("journal"),
        reverse("new-page"),
        reverse("entry", args=[ident]),
        reverse("journal-delete"),
    ):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith(reverse("login"))


# --- Free pages ---


def keep_page(client, person, ident, **fields):
    data = {"writer": writer_of(person.user), "version": "0", "answer": "", **fields}
    return client.post(reverse("save-page", args=[ident]), data)


def test_a_page_of_ones_own_is_written_found_and_changed(person, entered):
    client, ident = entered(person), uuid.uuid4()
    assert "A page of your own" in html_of(client, reverse("new-page"))
    response = keep_page(client, person, ident, title="Blue", answer="one", day="2001-02-03")
    assert response.url == reverse("free-page", args=[ident])
    html = html_of(client, response.url)
    assert 'value="Blue"' in html
    assert 'value="2001-02-03"' in html
    keep_page(client, person, ident, title="", answer="two", day="2001-02-04", version="1")
    written = opened(Entry.objects.get(), person.keyring)
    assert (written.title, written.answer, written.kind) == ("", {"text": "two"}, "long answer")
    assert written.entry.day == datetime.date(2001, 2, 4)
    for query in ({}, {"part": "own"}):
        html = html_of(client, reverse("journal"), **query)
        assert "two" in html
        assert "February 4, 2001" in html


def test_a_slip_in_the_day_is_said_with_the_words_still_there(person, entered):
    client, ident = entered(person), uuid.uuid4()
    response = keep_page(client, person, ident, answer="from an old notebook", day="0205-03-31")
    assert response.status_code == 422
    assert "Check the date" in response.content.decode()
    assert "from an old notebook" in response.content.decode()
    assert not Entry.objects.exists()


def test_a_stale_page_of_ones_own_gets_both_to_see(person, entered):
    client, ident = entered(person), uuid.uuid4()
    keep_page(client, person, ident, answer="from the phone", title="First")
    response = keep_page(client, person, ident, answer="from the old tab", title="Second")
    assert response.status_code == 409
    html = response.content.decode()
    assert "from the phone" in html
    assert "from the old tab" in html
    assert Entry.objects.get().has_apart


def test_signed_out_a_page_of_ones_own_comes_back_with_its_words(person, client):
    response = keep_page(client, person, uuid.uuid4(), answer="kept on the page", title="My title")
    assert response.status_code == 403
    html = response.content.decode()
    assert "kept on the page" in html
    assert "My title" in html
    assert not Entry.objects.exists()


def test_a_title_too_long_is_refused_with_the_words_on_the_page(person, entered):
    response = keep_page(entered(person), person, uuid.uuid4(), answer="words", title="t" * 301)
    assert response.status_code == 422
    assert "t" * 301 in response.content.decode()
    assert not Entry.objects.exists()


def test_a_strangers_page_is_not_there(make_person, entered):
    ana, bo = make_person("ana"), make_person("bo")
    ident = uuid.uuid4()
    keep_page(entered(ana), ana, ident, answer="ana’s words")
    client = entered(bo)
    assert client.get(reverse("free-page", args=[ident])).status_code == 404
    keep_page(client, bo, ident, answer="bo’s words")
    assert "ana’s words" not in html_of(client, reverse("free-page", args=[ident]))
    assert Entry.objects.count() == 2


def test_times_are_those_of_the_reader(person, entered, put, clock):
    person.user.time_zone = "Pacific/Kiritimati"  # Fourteen hours ahead: often tomorrow already.
    person.user.save()
    put(person, "words")
    clock.forward(hours=1)
    put(person, "other words")
    entry = Entry.objects.get()
    written_at = opened(entry, person.keyring).written_at - datetime.timedelta(hours=1)
    there = written_at.astimezone(datetime.timezone(datetime.timedelta(hours=14)))
    html = html_of(entered(person), reverse("entry", args=[entry.id]))
    assert f"{there:%-I:%M %p}</time>" in html
