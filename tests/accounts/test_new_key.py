"""A new key on request, and the list of browsers a person has entered with."""

import pytest

from tests.journal.writing import write
from workbook.chapters.loader import library
from workbook.journal.models import Entry
from workbook.vault.models import Session
from workbook.vault.passwords import open_with_password
from workbook.vault.recovery_keys import add_recovery_key, find_by_recovery_key
from workbook.vault.sealing import Closed

NEW_KEY, DEVICES = "/account/new-key/", "/account/devices/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(person):
    book = library().book("alongside")
    prompt = book.prompt("today-brought").prompt
    write(person.user, person.keyring, book, prompt, {"text": "kept"}, expected=0)
    return person


@pytest.mark.parametrize("keeps_spare", [True, False])
def test_everything_moves_to_a_new_key_and_everyone_else_is_out(
    written, entered, is_open, keeps_spare
):
    code = add_recovery_key(written.user, written.keyring)
    here, elsewhere = entered(written), entered(written)
    asked = {"password": written.password, "code": code if keeps_spare else ""}
    assert here.post(NEW_KEY, asked).status_code == 302
    assert "kept" in here.get("/journal/").text
    assert not is_open(elsewhere)
    entry = Entry.objects.get()
    with pytest.raises(Closed):
        entry.open(written.keyring)
    assert entry.open(open_with_password(written.user, written.password))
    assert (find_by_recovery_key(code) is not None) == keeps_spare


@pytest.mark.parametrize(
    "asked", [{"password": "a wrong one"}, {"code": "AAAA"}, {"code": "another"}]
)
def test_a_slip_changes_nothing(written, make_person, entered, asked):
    if asked.get("code") == "another":
        ben = make_person("ben")
        asked = {"code": add_recovery_key(ben.user, ben.keyring)}
    here, elsewhere = entered(written), entered(written)
    here.post(NEW_KEY, {"password": written.password, "code": ""} | asked)
    assert Entry.objects.get().open(written.keyring)
    assert "kept" in elsewhere.get("/journal/").text


def test_browsers_are_listed_by_their_persons_names_for_them_which_are_sealed(person, entered):
    here, elsewhere = entered(person), entered(person)
    elsewhere.post(DEVICES, {"label": "the old  tablet"})
    assert "the old tablet" in here.get(DEVICES).text
    labels = Session.objects.exclude(sealed_label=None).values_list("sealed_label", flat=True)
    assert [b"tablet" in bytes(label) for label in labels] == [False]


def test_one_browser_can_be_signed_out_from_another(person, make_person, entered, is_open):
    here, elsewhere = entered(person), entered(person)
    bens = entered(make_person("ben"))
    for row in Session.objects.exclude(pk=own(here)):
        here.post(DEVICES, {"out": row.pk})
    assert is_open(here)
    assert not is_open(elsewhere)
    assert is_open(bens)


def own(client) -> str:
    from django.conf import settings

    from workbook.vault.sessions import row_id

    return row_id(client.cookies[settings.SESSION_COOKIE_NAME].value)
