"""How much one account may keep: told long before, refused kindly, and made room for."""

import io
import random
import time
import uuid
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.elements import page
from workbook.journal.entries import deletion
from workbook.journal.entries.content import Origin
from workbook.journal.entries.store import Stale
from workbook.journal.entries.versions import FEW, MOST, versions_of
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.rendering.prompt_form import writer_of
from workbook.journal.tallies import EntryTally
from workbook.journal.transfer.export.files import chunks
from workbook.journal.transfer.import_.importing import bring_in, growth_of
from workbook.journal.transfer.import_.reading_json import JournalFile
from workbook.vault import storage
from workbook.vault.resealing import sealed_models

LIMIT = storage.MEGABYTE
CANARY = "canary-of-the-room"


@pytest.fixture(autouse=True)
def smallest_bound(settings):
    settings.SITE = replace(settings.SITE, account_megabytes=1)


@pytest.fixture
def later(monkeypatch):
    """``later(61)`` lets seconds pass for the sums that are remembered, and for nothing else."""
    passed = [0.0]
    real = time.monotonic
    monkeypatch.setattr(storage.time, "monotonic", lambda: real() + passed[0])

    def let_pass(seconds):
        passed[0] += seconds

    return let_pass


def long_text(seed=0, letters=90_000):
    return "".join(random.Random(seed).choices("abcdefgh ", k=letters))


def save(client, person, ident, words, **more):
    data = {"writer": writer_of(person.user), "answer": words, "kind": "long answer"}
    return client.post(reverse("save-page", args=[ident]), data | more)


def page_of(response):
    return page(response.content.decode())


def fill(client, person, until=LIMIT):
    """Free pages by real saves until so much is kept; returns their ids."""
    idents = []
    while storage.sum_of(person.user.pk) < until:
        idents.append(uuid.uuid4())
        assert save(client, person, idents[-1], long_text(len(idents))).status_code == 302
    # While a sum that took long stands, what isn't counted in between could leave a byte of room.
    storage._sums.clear()
    return idents


def aggregates(captured):
    return [query["sql"] for query in captured if "SUM(" in query["sql"]]


def kept_words(person):
    entries = Entry.objects.filter(user=person.user).staying()
    return [entry.open(person.keyring)["answer"].get("text", "") for entry in entries]


# --- The sum ---


def test_the_sum_is_that_of_every_sealed_row_of_this_person_alone(person, make_person, put):
    other = make_person("another-reed-77")
    assert storage.sum_of(person.user.pk) == 0
    put(person, "one")
    put(person, "")  # Keeps a version.
    put(other, "of somebody else " * 100)
    rows = [
        row for model in sealed_models() for row in model._default_manager.filter(user=person.user)
    ]
    assert {type(row) for row in rows} >= {Entry, EarlierVersion}
    assert storage.sum_of(person.user.pk) == sum(len(row.sealed) + 512 for row in rows)


def test_what_is_deleted_counts_until_it_is_gone_for_good(person, put, clock):
    put(person, long_text())
    before = storage.sum_of(person.user.pk)
    deletion.delete(person.user, person.keyring, Entry.objects.all(), deletion.LATER)
    assert storage.sum_of(person.user.pk) == before
    clock.forward(days=8)
    deletion.going(person.user)
    left = EntryTally.objects.get(user=person.user)  # Of no entry by now.
    assert storage.sum_of(person.user.pk) == len(left.sealed) + 512


def test_a_save_sums_up_once_a_minute_and_no_more(person, entered, later):
    client, ident = entered(person), uuid.uuid4()
    counts = []
    for turn, seconds in enumerate((0, 0, 30, 0, 31, 0)):
        later(seconds)
        with CaptureQueriesContext(connection) as captured:
            save(client, person, ident, f"words {turn}", version=turn)
        counts.append(len(aggregates(captured)))
    assert kept_words(person) == ["words 5"]
    assert counts == [1, 0, 0, 0, 1, 0]


def test_what_one_process_writes_counts_before_the_minute_is_over(person, entered):
    client = entered(person)
    storage.room_of(person.user.pk)
    for number in range(40):
        if save(client, person, uuid.uuid4(), long_text(number)).status_code != 302:
            break
    assert LIMIT <= storage.sum_of(person.user.pk) <= LIMIT + 100_000


def test_a_sum_that_takes_long_is_made_seldom(person, later, monkeypatch):
    made = []

    def slow_sum(user_id):
        later(0.7)
        made.append(user_id)
        return LIMIT

    monkeypatch.setattr(storage, "sum_of", slow_sum)
    storage.room_of(person.user.pk)
    for _ in range(10):
        storage.forget_sum(person.user.pk)
        storage.count(person.user.pk, LIMIT)
        storage.room_of(person.user.pk, storage.REFUSED_BY)
    assert len(made) == 1
    later(0.7 * storage.REST)
    storage.room_of(person.user.pk)
    assert len(made) == 2


def test_no_more_people_are_remembered_than_there_is_memory_for(db, monkeypatch):
    monkeypatch.setattr(storage, "MOST_SUMS", 3)
    storage._sums.clear()
    for _ in range(5):
        storage.room_of(uuid.uuid4())
    assert len(storage._sums) == 3


# --- Told long before ---


def test_its_owner_is_told_from_80_percent_on_both_pages(person, entered, later):
    client = entered(person)
    pages = [reverse("account"), reverse("journal")]
    fill(client, person, LIMIT // 2)
    later(61)
    for address in pages:
        assert not page_of(client.get(address)).all(id="room")
    fill(client, person, LIMIT * 8 // 10)
    later(61)
    for address in pages:
        told = page_of(client.get(address)).one(id="room")
        assert f"{storage.room_of(person.user.pk).percent}% of its 1 MB" in told.words
        links = {link.attributes["href"] for link in told.all("a")}
        assert links == {reverse(name) for name in ("export", "journal-thin", "journal-delete")}


def test_who_only_signed_in_is_told_too(person, entered, later):
    fill(entered(person), person)
    later(61)
    told = page_of(entered(person, locked=True).get(reverse("account"))).one(id="room")
    assert "all of its 1 MB" in told.words


# --- At the bound ---


@pytest.mark.parametrize("which", ["a new one", "a longer one"])
def test_what_has_no_room_comes_back_in_its_field_and_to_copy(person, entered, which):
    client = entered(person)
    last = fill(client, person)[-1]
    ident = last if which == "a longer one" else uuid.uuid4()
    before = kept_words(person)
    words = " ".join(f"{CANARY} {long_text(99, 95_000)}".split())
    response = save(client, person, ident, words, title="Of the bus", version=1)
    assert response.status_code == 422
    shown = page_of(response)
    assert [area for area in shown.all("textarea", name="answer") if area.words == words]
    copy = shown.one(id="to-copy")
    assert copy.children == [f"\nOf the bus\n\n{words}"]
    assert shown.all("a", href=f"{reverse('account')}#room")
    assert kept_words(person) == before


def test_a_page_that_asks_by_itself_hears_why_and_keeps_its_words(person, entered):
    client = entered(person)
    fill(client, person)
    address = reverse("save-page", args=[uuid.uuid4()])
    data = {"writer": writer_of(person.user), "answer": CANARY}
    response = client.post(address, data, headers={"HX-Request": "true"})
    assert response.status_code == 422  # Not 5xx, which a page would send again and again.
    assert "no room" in response.content.decode()
    assert CANARY not in response.content.decode()


def test_words_of_a_page_left_behind_come_back_where_both_have_no_room(person, entered):
    client = entered(person)
    ident = fill(client, person)[-1]
    response = save(client, person, ident, long_text(99), version=7)
    assert response.status_code == 422
    assert page_of(response).one(id="to-copy").words
    assert not EarlierVersion.objects.exists()
    assert not Entry.objects.filter(has_apart=True).exists()


def test_a_shorter_answer_is_saved_and_the_longer_one_is_a_version(person, entered):
    client = entered(person)
    ident = fill(client, person)[-1]
    [entry] = Entry.objects.order_by("-sequence")[:1]
    assert save(client, person, ident, "Short now.", version=1).status_code == 302
    [version] = versions_of(person.keyring, entry)
    assert len(version.answer["text"]) == 90_000


def test_shortening_ever_again_ends_at_the_grace(person, entered):
    client = entered(person)
    ident = fill(client, person)[-1]
    version = 1
    while version < 60:
        letters = 90_000 - 300 * version
        words = long_text(version, letters)
        if save(client, person, ident, words, version=version).status_code != 302:
            break
        version += 1
    assert storage.sum_of(person.user.pk) > LIMIT + 500_000
    assert storage.sum_of(person.user.pk) <= 2 * LIMIT + LIMIT // storage.GRACE
    assert len(EarlierVersion.objects.all()) >= 10


def test_a_longer_answer_takes_the_room_of_its_own_older_versions(person, entered, clock, later):
    client, ident = entered(person), uuid.uuid4()
    for version in range(30):
        save(client, person, ident, long_text(version, 20_000), version=version)
        clock.forward(minutes=31)
    fill(client, person)
    later(61)
    entry = Entry.objects.order_by("sequence")[0]
    before = len(versions_of(person.keyring, entry))
    other = EarlierVersion.objects.exclude(entry_id=entry.id).count()
    response = save(client, person, ident, long_text(7, 30_000), version=30)
    assert response.status_code == 302
    assert FEW <= len(versions_of(person.keyring, entry)) < before
    assert EarlierVersion.objects.exclude(entry_id=entry.id).count() == other


def test_deleting_makes_room_a_minute_later(person, entered, clock, later):
    client = entered(person)
    fill(client, person)
    new = uuid.uuid4()
    assert save(client, person, new, CANARY).status_code == 422
    entry = Entry.objects.order_by("sequence")[0]
    assert client.post(reverse("entry-delete", args=[entry.id])).status_code == 302
    later(storage.REFUSED_BY + 1)
    assert save(client, person, new, CANARY).status_code == 422  # It can still be brought back.
    clock.forward(seconds=61)
    later(61)
    assert save(client, person, new, CANARY).status_code == 302
    assert CANARY in kept_words(person)


def test_older_versions_go_by_a_press_and_come_back_by_another(person, entered, put, clock):
    client = entered(person)
    for number in range(30):
        put(person, f"{number}")
        clock.forward(minutes=31)
    with pytest.raises(Stale):
        put(person, "from the old tab", expected=Origin(version=1))
    [entry] = Entry.objects.all()
    before = {v.answer["text"] for v in versions_of(person.keyring, entry)}
    assert "10 stay" in page_of(client.get(reverse("journal-thin"))).words
    page = client.post(reverse("journal-thin"), follow=True)
    after = versions_of(person.keyring, entry)
    assert sum(not version.is_apart for version in after) == FEW
    assert [v.answer["text"] for v in after if v.is_apart] == ["from the old tab"]
    assert {"0", "28", "19"} <= {v.answer["text"] for v in after}
    goes_at = page_of(page).one("input", name="goes_at").attributes["value"]
    client.post(reverse("journal-undo"), {"goes_at": goes_at})
    assert {v.answer["text"] for v in versions_of(person.keyring, entry)} == before
    client.post(reverse("journal-thin"))
    page = client.post(reverse("journal-thin"), follow=True)
    assert "No entry has more than a few" in page.content.decode()


def test_bringing_back_what_has_no_room_changes_nothing(person, entered, later):
    client = entered(person)
    ident = fill(client, person, LIMIT * 9 // 10)[-1]
    save(client, person, ident, "Short now.", version=1)
    [entry] = Entry.objects.order_by("-sequence")[:1]
    [version] = versions_of(person.keyring, entry)
    fill(client, person)
    later(61)
    address = reverse("version", args=[entry.id, version.row.id])
    response = client.post(address, {"do": "bring-back", "version": 2})
    assert response.status_code == 409
    assert "no room left" in page_of(response).one(of="notice--error").words
    assert "Short now." in kept_words(person)


# --- What stands apart ---


def test_versions_apart_are_thinned_like_others(person, put, clock):
    put(person, "the first")
    put(person, "what is kept")
    for number in range(MOST + 10):
        clock.forward(minutes=5)
        with pytest.raises(Stale) as stale:
            put(person, f"stale {number}", expected=Origin(version=1))
        assert EarlierVersion.objects.filter(id=stale.value.conflict.row.id).exists()
    [entry] = Entry.objects.all()
    apart = [v for v in versions_of(person.keyring, entry) if v.is_apart]
    said = {v.answer["text"] for v in apart}
    assert len(apart) == MOST
    assert {"stale 0", *(f"stale {MOST + 9 - back}" for back in range(10))} <= said


def test_one_that_was_just_chosen_against_stays_among_many(person, put, clock):
    for number in range(MOST + 5):
        put(person, f"{number}")
        clock.forward(minutes=31)
    with pytest.raises(Stale) as stale:
        put(person, "from the old tab", expected=Origin(version=1))
    put(person, "chosen", expected=Origin(version=MOST + 5, settles=stale.value.conflict.row.id))
    assert not EarlierVersion.objects.filter(is_apart=True).exists()
    assert EarlierVersion.objects.filter(id=stale.value.conflict.row.id).exists()
    assert EarlierVersion.objects.count() <= MOST + 1


def test_deleting_and_bringing_back_ever_again_piles_nothing_up(person, put, clock):
    for number in range(MOST + 10):
        put(person, f"words {number}")
        goes_at = deletion.delete(person.user, person.keyring, Entry.objects.all(), deletion.UNDO)
        put(person, f"others {number}")
        assert deletion.undo(person.user, person.keyring, goes_at)
        clock.forward(seconds=1)
    assert EarlierVersion.objects.staying().filter(is_apart=True).count() <= MOST


# --- Imports ---


def bring(client, content):
    file = SimpleUploadedFile("journal.zip", content)
    return client.post(reverse("import-journal"), {"file": file})


def exported(client):
    return b"".join(client.post(reverse("export")))


def test_an_import_without_room_is_refused_whole(person, make_person, entered, later):
    other = make_person("another-reed-77")
    fill(entered(other), other, LIMIT // 2)
    content = exported(entered(other))
    client = entered(person)
    fill(client, person, LIMIT * 6 // 10)
    before = storage.sum_of(person.user.pk)
    response = bring(client, content)
    assert response.status_code == 422
    assert "Nothing was changed" in page_of(response).one(of="error-summary").words
    assert storage.sum_of(person.user.pk) == before
    deletion.delete(
        person.user, person.keyring, Entry.objects.filter(user=person.user), deletion.UNDO
    )
    Entry.objects.filter(user=person.user).delete()
    later(61)
    assert bring(client, content).status_code == 302
    assert sorted(kept_words(person)) == sorted(kept_words(other))


@pytest.mark.parametrize("taken", [LIMIT * 7 // 10, LIMIT])
def test_what_is_here_already_needs_no_room(person, entered, taken):
    client = entered(person)
    fill(client, person, taken)
    response = bring(client, exported(client))
    assert response.status_code == 302
    assert "here already" in client.get(response.url).content.decode()


def test_how_much_an_import_adds_is_known_before_and_leaves_no_trace(person, make_person, put):
    other = make_person("another-reed-77")
    put(other, "what stands there")
    put(other, "")
    put(other, "and then")
    put(person, "what stands here")
    file = io.BytesIO(b"".join(chunks(other.user, other.keyring)))
    before = list(Entry.objects.filter(user=person.user).values_list("revision", "sealed"))
    growth = growth_of(person.user, person.keyring, JournalFile(file).entries())
    assert list(Entry.objects.filter(user=person.user).values_list("revision", "sealed")) == before
    size = storage.sum_of(person.user.pk)
    bring_in(person.user, person.keyring, JournalFile(file).entries())
    assert storage.sum_of(person.user.pk) == size + growth
