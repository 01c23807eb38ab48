"""Saving one answer over HTTP: what is kept, what is said, and what comes back when it can't be."""

import uuid
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.elements import page as parsed
from tests.raw import with_a_bit_flipped
from workbook.accounts.models import User
from workbook.journal.entries import store
from workbook.journal.entries.queries import answers_for
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.rendering.prompt_form import writer_of

BOOK, LINE, PICK = "alongside", "today-brought", "worth-my-time"
WORDS = "Rain on the roof. ليلة هادئة 🌧️ <b>&amp;</b>"
HTMX = {"HX-Request": "true", "HX-Target": f"status-{LINE}"}


def save(client, person, prompt=LINE, *, htmx=False, **fields):
    data = {"writer": writer_of(person.user), "version": "0", **fields}
    headers = HTMX if htmx else {}
    return client.post(reverse("save-answer", args=[BOOK, prompt]), data, headers=headers)


def fields_of(response):
    """What a browser would send of the form that came back."""
    form = parsed(response.content.decode()).one("form", id=f"prompt-{LINE}")
    hidden = [field.attributes for field in form.all("input", type="hidden")]
    data = {field["name"]: field.get("value", "") for field in hidden}
    return data | {"answer": next(iter(form.values("answer")), "")}


def kept(person, book, prompt=LINE):
    found = answers_for(person.user, person.keyring, book, [book.prompt(prompt).prompt])
    return [written.answer for written in found.get(prompt, [])]


def test_an_answer_is_kept_and_the_page_comes_back_at_its_prompt(person, entered, book):
    response = save(entered(person), person, answer=WORDS)
    assert response.status_code == 302
    assert response.url.endswith(f"#prompt-{LINE}")
    assert kept(person, book) == [{"text": WORDS}]


def test_htmx_gets_a_status_that_begins_with_saved_and_the_new_version(person, entered):
    html = save(entered(person), person, htmx=True, answer=WORDS).content.decode()
    assert parsed(html).one(id=f"status-{LINE}", role="status").words.startswith("Saved")
    assert f'name="version" value="1" id="version-{LINE}" hx-swap-oob="true"' in html
    assert WORDS[:4] not in html


def test_a_second_save_from_the_same_page_goes_on_from_the_new_version(person, entered, book):
    client = entered(person)
    save(client, person, answer="one")
    save(client, person, answer="two", version="1")
    assert kept(person, book) == [{"text": "two"}]
    assert Entry.objects.get().revision == 2


def test_a_double_press_is_saved_once(person, entered):
    client = entered(person)
    for _press in range(2):
        assert save(client, person, answer=WORDS).status_code == 302
    assert Entry.objects.get().revision == 1


def test_a_stale_page_never_overwrites_newer_words_and_gets_both_to_see(person, entered, book):
    client = entered(person)
    save(client, person, answer="from the phone")
    response = save(client, person, answer="from the old tab", version="0")
    assert response.status_code == 409
    html = response.content.decode()
    assert "from the phone" in html
    assert "from the old tab" in html
    assert kept(person, book) == [{"text": "from the phone"}]
    # What comes back can be sent on purpose, and is not sent by itself.
    version = parsed(html).values("version")[0]
    assert "hx-post" not in html
    save(client, person, answer="joined", version=version)
    assert kept(person, book) == [{"text": "joined"}]


@pytest.mark.parametrize("htmx", [False, True])
def test_signed_out_the_words_come_back_and_nothing_is_kept(person, htmx):
    response = save(Client(), person, htmx=htmx, answer=WORDS)
    assert response.status_code == 403
    html = response.content.decode()
    assert "Not saved yet" in html
    assert "Saved" not in html.replace("Not saved", "")
    assert htmx or "Rain on the roof." in html
    assert not Entry.objects.exists()


def test_a_locked_journal_gives_the_words_back(person, entered):
    response = save(entered(person, locked=True), person, answer=WORDS)
    assert response.status_code == 423
    assert "Rain on the roof." in response.content.decode()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("locked", "words", "status"), [(True, WORDS, 423), (False, "a" * 100_001, 422)]
)
def test_what_came_back_is_saved_at_the_next_press_over_the_words_it_goes_on_from(
    person, entered, book, locked, words, status
):
    save(entered(person), person, answer="first words")
    entry = Entry.objects.get()
    save(entered(person), person, answer="second words", version="1", entry=str(entry.id))
    sent = {"answer": words, "version": "2", "entry": str(entry.id), "page": "a page"}
    response = save(entered(person, locked=locked), person, **sent)
    assert response.status_code == status
    again = fields_of(response) | {"answer": "third words"}
    response = entered(person).post(reverse("save-answer", args=[BOOK, LINE]), again)
    assert response.status_code == 302
    assert kept(person, book) == [{"text": "third words"}]


def test_a_choice_made_by_hand_still_counts_when_the_journal_was_locked_meanwhile(person, entered):
    save(entered(person), person, answer="from the phone")
    both = fields_of(save(entered(person), person, answer="from the old tab", version="0"))
    address = reverse("save-answer", args=[BOOK, LINE])
    locked = entered(person, locked=True).post(address, both | {"answer": "joined"})
    assert entered(person).post(address, fields_of(locked)).status_code == 302
    assert not Entry.objects.get().has_apart


def test_words_typed_under_one_account_are_never_saved_into_another(make_person, entered):
    ana, bo = make_person("ana"), make_person("bo")
    response = save(entered(bo), ana, answer=WORDS)
    assert response.status_code == 403
    assert "Rain on the roof." in response.content.decode()
    assert not Entry.objects.exists()


def test_no_other_site_can_write_in_a_readers_name(person, entered):
    for mark in ("", "0" * 32, "é"):
        data = {"answer": "planted", "version": "0", "writer": mark}
        response = entered(person).post(reverse("save-answer", args=[BOOK, LINE]), data)
        assert response.status_code == 403
    assert not Entry.objects.exists()


def changed_password(person):
    """The person as a page drawn before their password changed knew them, and as they are now."""
    before = User.objects.get(pk=person.user.pk)
    person.user.set_password("another long password")
    person.user.save()
    return before


def test_a_mark_from_before_the_password_changed_saves_nothing(person, entered, book):
    before = SimpleNamespace(user=changed_password(person))
    address = reverse("save-answer", args=[BOOK, LINE])
    response = save(entered(person), before, answer=WORDS)
    assert response.status_code == 403
    assert "Your password has changed" in response.text
    assert not Entry.objects.exists()
    # The words came back in a form of today: one press more.
    assert entered(person).post(address, fields_of(response)).status_code == 302
    assert len(kept(person, book)) == 1


def test_a_page_left_open_while_the_password_changed_saves_at_the_second_press(
    person, entered, book
):
    before = SimpleNamespace(user=changed_password(person))
    response = save(entered(person), before, htmx=True, answer=WORDS)
    assert response.status_code == 403
    fresh = f'name="writer" value="{writer_of(person.user)}" id="writer-{LINE}" hx-swap-oob="true"'
    assert fresh in response.text
    assert save(entered(person), person, htmx=True, answer=WORDS).status_code == 200


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Referer": "https://elsewhere.example/testserver/"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("prompt", [LINE, "gone-tomorrow"])
def test_what_another_site_sends_is_neither_kept_nor_shown(person, entered, headers, prompt):
    data = {"writer": writer_of(person.user), "version": "0", "answer": WORDS}
    for client in (entered(person), Client()):
        response = client.post(reverse("save-answer", args=[BOOK, prompt]), data, headers=headers)
        assert response.status_code == 403
        assert "Rain on the roof." not in response.text
        assert 'id="crisis-banner"' in response.text
    page = reverse("save-page", args=[uuid.uuid4()])
    assert entered(person).post(page, data, headers=headers).status_code == 403
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none", "Origin": "null"},
        {"Origin": "http://testserver"},
        {"Origin": "https://testserver"},
        {"Referer": "http://testserver/books/alongside/"},
    ],
)
def test_what_a_page_of_ours_sends_is_kept(person, entered, headers):
    data = {"writer": writer_of(person.user), "version": "0", "answer": WORDS}
    response = entered(person).post(
        reverse("save-answer", args=[BOOK, LINE]), data, headers=headers
    )
    assert response.status_code == 302


@pytest.mark.parametrize("sent", [{"prompt": "gone-tomorrow"}, {"prompt": LINE, "kind": "story"}])
def test_nobodys_words_without_a_question_are_shown_to_a_page_of_ours_only(client, db, sent):
    address = reverse("save-answer", args=[BOOK, sent["prompt"]])
    data = {"answer": "call this other number", "kind": sent.get("kind", "")}
    unsaid = client.post(address, data)
    assert unsaid.status_code == 403
    assert "call this other number" not in unsaid.text
    ours = client.post(address, data, headers={"Sec-Fetch-Site": "same-origin"})
    assert "call this other number" in ours.text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_busy_database_is_said_plainly_and_the_words_stay(
    person, entered, monkeypatch, caplog, htmx
):
    def fail(*args, **kwargs):
        raise OperationalError("database is locked: INSERT INTO … Rain on the roof.")

    client = entered(person)
    monkeypatch.setattr(store.Entry, "save", fail)
    response = save(client, person, htmx=htmx, answer=WORDS)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert htmx or "Rain on the roof." in response.content.decode()
    assert "Rain" not in caplog.text


def test_an_answer_that_is_too_long_is_refused_with_the_text_on_the_page(person, entered):
    long = "word " * 20_001
    response = save(entered(person), person, answer=long)
    assert response.status_code == 422
    assert long[:100_000] in response.content.decode()
    assert not Entry.objects.exists()


def test_the_longest_answer_in_any_script_is_kept_whole(person, entered, book):
    for version, letter in enumerate("aش漢🙂"):
        client = entered(person)
        assert save(client, person, answer=letter * 100_000, version=version).status_code == 302
        assert kept(person, book) == [{"text": letter * 100_000}]


def test_a_question_this_edition_does_not_know_keeps_the_words_on_the_page(person, entered):
    response = entered(person).post(
        "/journal/answers/alongside/gone-tomorrow/", {"answer": WORDS, "version": "0"}
    )
    assert response.status_code == 503
    assert "Rain on the roof." in response.content.decode()


def test_whoever_comes_back_to_the_address_of_a_save_finds_the_form(person, entered):
    response = entered(person).get(reverse("save-answer", args=[BOOK, LINE]), follow=True)
    assert response.status_code == 200
    assert f'id="prompt-{LINE}"' in response.content.decode()
    page = uuid.uuid4()
    response = entered(person).get(reverse("save-page", args=[page]))
    assert response.url == reverse("free-page", args=[page])
    response = entered(person).put(reverse("save-page", args=[page]))
    assert response.status_code == 405
    assert 'id="crisis-banner"' in response.content.decode()


def test_saving_takes_few_statements_and_one_that_writes(person, entered, clock):
    """Transaction statements aside; the first save sums up what there is room for and which entries
    there are, and the fourth begins another sitting and keeps a version.
    """
    client = entered(person)
    for version, most in enumerate((15, 3, 3, 11)):
        with CaptureQueriesContext(connection) as captured:
            save(client, person, answer=f"words {version}", version=version)
        assert len(statements(captured)) <= most
        if most == 3:
            # Alone, in no transaction: nobody waits for what it was made from.
            assert not any(query["sql"].startswith("BEGIN") for query in captured)
            assert statements(captured)[-1].startswith("UPDATE")
        if version:
            clock.forward(seconds=40 if version == 1 else 2400)
    assert EarlierVersion.objects.count() == 1


def statements(captured):
    """What the database is asked, without the statements that begin and end transactions."""
    frame = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")
    return [q["sql"] for q in captured if not q["sql"].startswith(frame)]


def test_a_choice_that_is_no_longer_offered_stays_chosen(person, entered, book):
    save(entered(person), person, PICK, answer="Something that was offered once")
    assert kept(person, book, PICK)[0]["chosen"] == ["Something that was offered once"]


def test_a_damaged_entry_is_set_aside_and_never_written_over(person, entered, book):
    client = entered(person)
    save(client, person, answer="whole")
    entry = Entry.objects.get()
    broken = with_a_bit_flipped(bytes(entry.sealed))
    Entry.objects.update(sealed=broken)
    page = client.get(reverse("chapter", args=[BOOK, "start-here"]))
    assert "can’t be read" in page.content.decode()
    assert save(client, person, answer="new words", version="0").status_code == 302
    assert Entry.objects.count() == 2
    assert bytes(Entry.objects.get(id=entry.id).sealed) == broken
