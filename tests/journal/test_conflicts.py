"""A stale save over HTTP: both versions, the choice between them, and earlier ones brought back."""

from dataclasses import replace

import pytest
from django.urls import reverse

from tests.elements import page as parsed
from tests.raw import with_a_bit_flipped
from workbook.journal.entries.content import Origin, draft_of
from workbook.journal.entries.queries import opened
from workbook.journal.entries.restoring import bring_back
from workbook.journal.entries.store import Stale, keep
from workbook.journal.entries.versions import versions_of
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.rendering.prompt_form import writer_of
from workbook.prompts.answers import MAX_ROWS, Refused

BOOK, LONG = "alongside", "understood-once"
FIRST, SECOND = "Ana sat with me on the kitchen floor.", "Ana sat with me until it was light."


def save(client, person, text, version=0, **more):
    data = {"writer": writer_of(person.user), "version": version, "answer": text, **more}
    return client.post(reverse("save-answer", args=[BOOK, LONG]), data)


def current(person):
    return opened(Entry.objects.get(user=person.user), person.keyring).answer["text"]


def others(person):
    entry = Entry.objects.get(user=person.user)
    return [v.answer["text"] for v in versions_of(person.keyring, entry)]


@pytest.fixture
def stale(person, entered):
    """A second page was left behind: the client, what it got, the address of its version."""
    client = entered(person)
    save(client, person, FIRST)
    response = save(client, person, SECOND, page="a" * 32)
    html = response.content.decode()
    address = next(
        form.attributes["action"]
        for form in parsed(html).all("form")
        if "/versions/" in form.attributes.get("action", "")
    )
    return client, html, address


def test_both_stand_side_by_side_with_the_differences_marked(stale, person):
    _client, html, _address = stale
    marks = [mark.words for mark in parsed(html).all("mark", "only-here")]
    assert {"on the kitchen floor.", "until it was light."} <= set(marks)
    for side in ("on the kitchen floor.", "until it was light."):
        assert f"Ana sat with me {side}" in parsed(html).words
    assert "Both versions are kept" in html
    assert (current(person), others(person)) == (FIRST, [SECOND])


def test_the_status_of_a_stale_save_never_says_saved(stale, person):
    client, _html, _address = stale
    data = {"writer": writer_of(person.user), "version": 0, "answer": SECOND + " More."}
    headers = {"HX-Request": "true", "HX-Target": f"status-{LONG}"}
    response = client.post(reverse("save-answer", args=[BOOK, LONG]), data, headers=headers)
    assert response.status_code == 409
    assert "Saved" not in response.content.decode()
    assert "Show both versions" in response.content.decode()


@pytest.mark.parametrize(
    ("do", "now", "earlier"),
    [
        ("leave", FIRST, [SECOND]),
        ("bring-back", SECOND, [FIRST, SECOND]),
        ("keep-both", f"{FIRST}\n\n{SECOND}", [FIRST, SECOND]),
    ],
)
def test_whatever_is_chosen_the_other_one_stays_a_version(stale, person, do, now, earlier):
    client, _html, address = stale
    response = client.post(address, {"do": do, "version": 1})
    assert response.status_code == 302
    assert current(person) == now
    assert sorted(others(person)) == sorted(earlier)
    assert not Entry.objects.get().has_apart
    assert not EarlierVersion.objects.filter(is_apart=True).exists()


def test_joining_by_hand_settles_it_and_keeps_both(stale, person):
    client, html, _address = stale
    [by_hand] = [one for one in parsed(html).all("form") if one.values("settles")]
    names = ("writer", "entry", "page", "settles", "version")
    form = {name: by_hand.values(name)[0] for name in names}
    save(client, person, "Ana sat with me all night.", **form)
    assert current(person) == "Ana sat with me all night."
    assert sorted(others(person)) == sorted([FIRST, SECOND])
    assert not Entry.objects.get().has_apart


def test_a_choice_made_on_a_page_left_behind_changes_nothing(stale, person):
    client, _html, address = stale
    save(client, person, "Newer still.", version=1)
    for do in ("bring-back", "keep-both"):
        response = client.post(address, {"do": do, "version": 1})
        assert response.status_code == 409
        assert "changed in the meantime" in response.content.decode()
    assert current(person) == "Newer still."


def test_the_chapter_says_that_another_version_waits(stale, person):
    client, _html, _address = stale
    page = client.get(reverse("chapter", args=[BOOK, "walking-beside"])).content.decode()
    assert "There is another version of this" in page
    assert reverse("entry", args=[Entry.objects.get().id]) in page


def test_an_earlier_version_is_seen_compared_and_brought_back(person, entered, put, clock):
    put(person, FIRST)
    clock.forward(hours=1)
    put(person, SECOND)
    client = entered(person)
    page = client.get(reverse("entry", args=[Entry.objects.get().id])).content.decode()
    address = next(
        link.attributes["href"]
        for link in parsed(page).all("a")
        if "/versions/" in link.attributes["href"]
    )
    page = client.get(address).content.decode()
    assert "kitchen floor" in page
    assert "Bring this version back" in page
    client.post(address, {"do": "bring-back", "version": 2})
    assert current(person) == FIRST
    assert SECOND in others(person)


def test_a_version_is_deleted_for_good_and_can_come_back_for_a_minute(person, entered, put, clock):
    put(person, FIRST)
    clock.forward(hours=1)
    put(person, SECOND)
    client = entered(person)
    [row] = EarlierVersion.objects.all()
    address = reverse("version", args=[row.entry_id, row.id])
    client.post(address, {"do": "delete"})
    assert others(person) == []
    assert client.get(address).status_code == 404
    goes_at = EarlierVersion.objects.get().goes_at.isoformat()
    client.post(reverse("journal-undo"), {"goes_at": goes_at})
    assert others(person) == [FIRST]
    client.post(address, {"do": "delete"})
    clock.forward(minutes=2)
    put(person, SECOND + " And then she made tea.")
    assert not EarlierVersion.objects.exists()
    assert current(person).startswith(SECOND)


def test_a_strangers_versions_are_not_there(stale, make_person, entered):
    _client, _html, address = stale
    stranger = entered(make_person("bo"))
    assert stranger.get(address).status_code == 404
    for do in ("bring-back", "keep-both", "leave", "delete"):
        assert stranger.post(address, {"do": do, "version": 1}).status_code == 404


def test_a_damaged_version_is_said_and_the_entry_stays(person, entered, put, clock):
    put(person, FIRST)
    clock.forward(hours=1)
    put(person, SECOND)
    [row] = EarlierVersion.objects.all()
    EarlierVersion.objects.update(sealed=with_a_bit_flipped(bytes(row.sealed)))
    client = entered(person)
    page = client.get(reverse("entry", args=[row.entry_id])).content.decode()
    assert "can’t be read" in page
    address = reverse("version", args=[row.entry_id, row.id])
    assert "can’t be read" in client.get(address).content.decode()
    assert client.post(address, {"do": "bring-back", "version": 2}).status_code == 409
    assert current(person) == SECOND


def test_an_answer_of_another_kind_is_kept_when_the_new_kind_is_answered(person, put, book):
    put(person, FIRST)
    prompt = book.prompt(LONG).prompt
    draft = replace(draft_of(book, prompt, {"value": 3}), kind="scale")
    keep(person.user, person.keyring, draft, Origin(1))
    assert [v.answer for v in versions_of(person.keyring, Entry.objects.get())] == [{"text": FIRST}]


def test_both_are_not_put_together_where_no_form_could_hold_them(person, put):
    rows = [[f"row {n}"] for n in range(MAX_ROWS)]
    put(person, "", "around-for", answer={"columns": ["What"], "rows": rows})
    more = {"columns": ["What"], "rows": [["one more"]]}
    with pytest.raises(Stale) as stale:
        put(person, "", "around-for", answer=more, expected=0)
    entry = Entry.objects.get()
    with pytest.raises(Refused):
        bring_back(
            *(person.user, person.keyring, entry, stale.value.conflict, entry.revision),
            keeps_both=True,
        )
