"""Reading: for anyone without an account, and for a reader with their own answers in the page."""

import pytest
from django.conf import settings
from django.db import OperationalError
from django.db.models import Model, QuerySet
from django.test import Client
from django.urls import reverse

from tests.elements import page as parsed
from tests.journal.test_saving import save
from workbook.chapters.loader import library
from workbook.journal.reading_position import place_of

BOOK = "alongside"
SHORT = "short-pages"
SHARED = [
    "/",
    f"/books/{BOOK}/",
    f"/books/{SHORT}/",
    "/about/",
    "/privacy/",
    "/for-organizations/",
    "/for-clinicians/",
]


def chapters():
    return [
        f"/books/{book.slug}/{chapter.slug}/"
        for book in library().books
        for chapter in book.chapters
    ]


def test_the_shipped_books_have_seventeen_chapters_and_seven_pages_without_a_problem():
    assert library().problems == ()
    assert library().left_out == ()
    numbers = {book.slug: [chapter.number for chapter in book.chapters] for book in library().books}
    assert numbers == {BOOK: list(range(1, 18)), SHORT: list(range(1, 8))}


@pytest.mark.django_db
def test_reading_signed_out_asks_the_database_nothing(client, django_assert_num_queries):
    for address in [*SHARED, *chapters()]:
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 200


def test_shared_pages_set_no_cookie_hold_no_token_and_revalidate(client):
    for address in [*SHARED, *chapters()]:
        response = client.get(address)
        assert not response.cookies
        assert "csrfmiddlewaretoken" not in response.content.decode()
        assert response["Cache-Control"] == "no-cache"
        assert "Cookie" in response["Vary"]
        again = client.get(address, headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304
        assert not again.content


def test_a_made_up_session_cookie_reads_like_no_session(client, db):
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 43
    response = client.get(f"/books/{BOOK}/start-here/")
    assert response.status_code == 200
    assert "form" in response.content.decode()


def test_a_chapter_signed_in_takes_at_most_four_queries(
    person, entered, django_assert_max_num_queries
):
    client = entered(person)
    for address in chapters():
        with django_assert_max_num_queries(4 + 2):  # a savepoint around the place is two statements
            html = client.get(address).content.decode()
        assert 'class="prompt"' in html


def test_a_chapter_shows_the_readers_own_answers_and_nobody_elses(make_person, entered):
    ana, bo = make_person("ana"), make_person("bo")
    save(entered(ana), ana, answer="The bus was on time")
    page = f"/books/{BOOK}/start-here/"
    assert "The bus was on time" in entered(ana).get(page).content.decode()
    for other in (entered(bo), entered(ana, locked=True), Client()):
        assert "The bus was on time" not in other.get(page).content.decode()


def test_what_a_reader_sees_is_stored_nowhere(person, entered):
    response = entered(person).get(f"/books/{BOOK}/start-here/")
    assert response["Cache-Control"] == "no-store, private"
    assert "ETag" not in response


def test_a_reader_is_offered_to_continue_where_they_were(person, entered):
    client = entered(person)
    assert "Continue" not in client.get("/").content.decode()
    client.get(f"/books/{BOOK}/four-kinds/")
    client.get(f"/books/{BOOK}/my-map/")
    html = client.get("/").content.decode()
    assert "Continue where you were: My Support Map" in html
    contents = client.get(f"/books/{BOOK}/").content.decode()
    assert contents.count("opened before") == 1
    assert contents.count("you were here last") == 1


def test_the_first_page_greets_a_reader_as_they_asked_to_be_called(make_person, entered):
    ana, bo = make_person("ana"), make_person("bo")
    client = entered(ana)
    client.get(f"/books/{BOOK}/start-here/")
    assert "<h1>Welcome back</h1>" in client.get("/").content.decode()
    save(client, ana, "call-me", answer="Moss & <b>Co</b>")
    assert (
        "Welcome back, <bdi>Moss &amp; &lt;b&gt;Co&lt;/b&gt;</bdi>"
        in client.get("/").content.decode()
    )
    for other in (entered(bo), entered(ana, locked=True), Client()):
        assert "Moss" not in other.get("/").content.decode()


def test_a_long_answer_is_no_name_to_be_greeted_by(person, entered):
    client = entered(person)
    client.get(f"/books/{BOOK}/start-here/")
    save(client, person, "call-me", answer="Whatever you like, as long as it is kind and short")
    assert "<h1>Welcome back</h1>" in client.get("/").content.decode()


def test_where_someone_was_is_sealed(person, entered):
    entered(person).get(f"/books/{BOOK}/hard-day/")
    person.user.refresh_from_db()
    assert place_of(person.user, person.keyring).chapter == "hard-day"
    assert b"hard-day" not in bytes(person.user.place.sealed)


def test_the_check_in_is_asked_once_a_visit(person, entered):
    client = entered(person)
    first = client.get(f"/books/{BOOK}/start-here/")
    assert "Check in" in first.content.decode()
    assert first.cookies[settings.VISIT_COOKIE_NAME]["httponly"]
    assert "Check in" not in client.get(f"/books/{BOOK}/steady-first/").content.decode()


def test_signed_out_a_prompt_shows_its_question_and_the_way_to_join(client):
    html = client.get(f"/books/{BOOK}/start-here/").content.decode()
    assert 'id="prompt-today-brought"' in html
    assert reverse("signup") in html
    assert "<textarea" not in html


def test_every_chapter_says_that_it_is_a_draft_and_every_story_that_it_is_invented(client):
    for address in chapters():
        html = client.get(address).content.decode()
        assert "Draft. No peer specialist has read this yet." in html
        assert html.count("An invented story.") == html.count('class="block block--story"')


def test_a_prompt_has_an_address_that_leads_to_where_it_stands(client):
    response = client.get(reverse("prompt", args=[BOOK, "my-people"]))
    assert response.url == f"/books/{BOOK}/my-map/#prompt-my-people"


@pytest.mark.parametrize(
    "address",
    ["/books/nope/", f"/books/{BOOK}/nope/", "/nope/", f"/books/{BOOK}/questions/nope/",
     f"/books/{BOOK}/cards/nope/", f"/books/{BOOK}/images/../book.md",
     f"/books/{BOOK}/images/x.svg"],
)  # fmt: skip
def test_what_is_not_there_is_a_kind_404(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert 'id="crisis-banner"' in response.content.decode()


def test_the_card_leads_to_help_first_when_the_journal_is_not_open(client, person, entered):
    card = reverse("card", args=[BOOK, "hard-day-card"])
    for browser in (client, entered(person, locked=True)):
        html = browser.get(card).content.decode()
        assert html.index("help-line" if "help-line" in html else "lines") < html.index(
            reverse("login") + "?next="
        )
        assert "For the next hour" in html


def test_the_card_shows_what_was_written_and_no_empty_heading(person, entered):
    client = entered(person)
    save(client, person, "want-to-hear", answer="You have been here before")
    html = client.get(reverse("card", args=[BOOK, "hard-day-card"])).content.decode()
    assert "You have been here before" in html
    headings = [one.words for one in parsed(html).one(id="main").all("h2")]
    assert headings == ["What I want to hear"]


def test_what_was_answered_under_an_earlier_wording_says_so(person, entered, monkeypatch):
    client = entered(person)
    save(client, person, answer="Still true")
    placed = library().book(BOOK).prompt("today-brought").prompt
    monkeypatch.setitem(placed.__dict__, "question", placed.question._replace(plain="Reworded?"))
    html = client.get(f"/books/{BOOK}/start-here/").content.decode()
    assert "You answered an earlier wording" in html
    assert "Still true" in html


def test_the_recovery_key_is_offered_once_there_are_words_and_never_beside_a_prompt(
    person, entered
):
    client = entered(person)
    client.get(f"/books/{BOOK}/start-here/")
    client.get(f"/books/{BOOK}/steady-first/")
    assert "No backup key yet" not in client.get(f"/books/{BOOK}/").content.decode()
    save(client, person, answer="Something to lose")
    assert "No backup key yet" in client.get(f"/books/{BOOK}/").content.decode()
    assert "No backup key yet" not in client.get(f"/books/{BOOK}/start-here/").content.decode()


def test_every_page_can_be_read_while_nothing_can_be_written(person, entered, monkeypatch):
    """A full disk: what a page would note by the way is not worth failing it."""
    client = entered(person)
    save(client, person, answer="Something to lose")
    client.get(f"/books/{BOOK}/start-here/")
    client.get(f"/books/{BOOK}/steady-first/")

    def is_full(*args, **kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(QuerySet, "update", is_full)
    monkeypatch.setattr(Model, "save", is_full)
    for address in ["/", f"/books/{BOOK}/", "/journal/", *chapters()[:3]]:
        assert client.get(address).status_code == 200, address


def test_the_card_is_one_plain_link_away_for_whoever_has_entered(client, person, entered):
    card = reverse("card", args=[BOOK, "hard-day-card"])
    for browser in (entered(person), entered(person, locked=True)):
        html = browser.get(f"/books/{BOOK}/start-here/").content.decode()
        banner = html[html.index('id="crisis-banner"') : html.index("</section>")]
        assert f'href="{card}"' in html.partition("<main")[0]
        assert card not in banner
    assert card not in client.get("/").content.decode()
