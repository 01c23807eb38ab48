"""What happened to an account is told to its owner, and nobody else can read it or wipe it away."""

import datetime

import pytest
from django.db import connection

from tests import raw
from tests.elements import Element
from tests.elements import page as parsed
from workbook.accounts import events
from workbook.accounts.events import EventKind, dismiss, events_of, tell
from workbook.accounts.models import Event, EventWhileClosed, User
from workbook.vault import rotation, server_keys
from workbook.vault.passwords import begin
from workbook.vault.sealing import Damaged

ACCOUNT, DISMISS = "/account/", "/account/events/"
GIVEN = "given by the staff 123"

pytestmark = pytest.mark.django_db


def kinds(person) -> set[EventKind]:
    return {told.kind for told in events_of(person.user, person.keyring)}


def shown(client) -> str:
    """The words of the list on the account's page, "" where there is none."""
    return " ".join(part.words for part in parts_of(client))


def shown_ids(client) -> list[str]:
    return [ident for part in parts_of(client) for ident in part.values("event")]


def parts_of(client) -> list[Element]:
    parts = parsed(client.get(ACCOUNT).text).all("section")
    return [part for part in parts if part.all("h2", id="events")]


def is_marked(client) -> bool:
    return 'class="nav-mark"' in client.get("/journal/").text


def set_by_staff(person) -> None:
    user = User.objects.get(pk=person.user.pk)
    user.set_password(GIVEN)
    user.save()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/account/devices/", EventKind.DEVICE_ADDED),
        ("/account/recovery-key/", EventKind.BACKUP_KEY_MADE),
        ("/journal/export/", EventKind.EXPORT_MADE),
    ],
)
def test_what_is_done_in_the_open_journal_is_told(person, entered, address, kind) -> None:
    client = entered(person)
    assert not is_marked(client)
    b"".join(client.post(address, {"password": person.password}))
    assert kinds(person) == {kind}
    assert str(kind.label) in shown(client)
    assert is_marked(client)
    assert not EventWhileClosed.objects.exists()


def test_that_staff_set_a_password_is_told_with_its_day(person, entered) -> None:
    set_by_staff(person)
    person.user.refresh_from_db()
    client = entered(person)
    assert "set a new password" in shown(client)
    [part] = parts_of(client)
    day = part.one("time").attributes["datetime"]
    assert day == str(datetime.datetime.now(datetime.UTC).date())
    assert is_marked(client)


def test_a_password_of_ones_own_is_no_event(person, entered) -> None:
    new = "seven geese over the harbor"
    entered(person).post("/account/password/", {"current": person.password, "password": new})
    assert not kinds(person)


def test_a_new_account_begins_without_events() -> None:
    user = User(name="ana")
    user.set_password(GIVEN)
    user.save()
    assert not EventWhileClosed.objects.exists()


def test_dismissing_takes_what_was_shown_and_no_more(person, entered) -> None:
    client = entered(person)
    tell(person.user, EventKind.BACKUP_KEY_MADE, person.keyring)
    seen = shown_ids(client)
    tell(person.user, EventKind.EXPORT_MADE, person.keyring)
    client.post(DISMISS, {"event": [*seen, "nonsense"]})
    assert kinds(person) == {EventKind.EXPORT_MADE}
    assert is_marked(client)
    client.post(DISMISS, {"event": shown_ids(client)})
    assert not kinds(person)
    assert not is_marked(client)


def test_nothing_is_shown_or_dismissed_while_the_journal_is_locked(person, entered) -> None:
    tell(person.user, EventKind.BACKUP_KEY_USED)
    locked = entered(person, locked=True)
    assert not shown(locked)
    row = EventWhileClosed.objects.get()
    assert locked.post(DISMISS, {"event": str(row.id)}).status_code == 302
    assert kinds(person) == {EventKind.BACKUP_KEY_USED}


def test_nobody_dismisses_what_was_told_to_somebody_else(person, make_person, entered) -> None:
    tell(person.user, EventKind.BACKUP_KEY_USED)
    tell(person.user, EventKind.EXPORT_MADE, person.keyring)
    ids = [str(told.id) for told in events_of(person.user, person.keyring)]
    entered(make_person("ben")).post(DISMISS, {"event": ids})
    assert len(kinds(person)) == 2


def test_whoever_came_in_by_a_password_of_staff_cant_hide_it(person) -> None:
    set_by_staff(person)
    newer = begin(person.user, GIVEN)
    tell(person.user, EventKind.EXPORT_MADE, newer)
    told = events_of(person.user, newer)
    assert {one.kind for one in told} == {EventKind.PASSWORD_SET, EventKind.EXPORT_MADE}
    dismiss(person.user, newer, {str(one.id) for one in told})
    assert kinds(person) == {EventKind.PASSWORD_SET}
    assert User.objects.get(pk=person.user.pk).has_events


def test_the_same_twice_a_day_is_told_once(person) -> None:
    for _ in range(2):
        tell(person.user, EventKind.EXPORT_MADE, person.keyring)
        tell(person.user, EventKind.PASSWORD_SET)
    assert (Event.objects.count(), EventWhileClosed.objects.count()) == (1, 1)


def test_neither_kind_nor_day_lies_in_the_clear(person) -> None:
    tell(person.user, EventKind.EXPORT_MADE, person.keyring)
    tell(person.user, EventKind.PASSWORD_SET)
    values = b"\0".join(
        bytes(value)
        for model in (Event, EventWhileClosed)
        for row in model.objects.values_list()
        for value in row
        if isinstance(value, bytes | memoryview)
    )
    for kind in (EventKind.EXPORT_MADE, EventKind.PASSWORD_SET):
        assert kind.value.encode() not in values
        assert kind.value.encode() not in b"\0".join(raw.values())
    lengths = {len(row.wrapped) for row in EventWhileClosed.objects.all()}
    tell(person.user, EventKind.BACKUP_KEY_USED)
    assert {len(row.wrapped) for row in EventWhileClosed.objects.all()} == lengths


def test_one_moved_to_another_person_is_read_by_nobody(person, make_person) -> None:
    ben = make_person("ben")
    tell(ben.user, EventKind.PASSWORD_SET)
    moved = EventWhileClosed.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_eventwhileclosed SET user_id = %s", [_as_stored(person)])
    assert not kinds(person)
    moved.user = person.user
    with pytest.raises(Damaged):
        moved.unwrap()


def _as_stored(person):
    return person.user.pk if connection.vendor == "postgresql" else person.user.pk.hex


def test_those_under_the_servers_keys_follow_a_rotation(person, settings) -> None:
    tell(person.user, EventKind.PASSWORD_SET)
    settings.WORKBOOK_KEYS = (b"n" * 32, *settings.WORKBOOK_KEYS)
    assert rotation.count_under_older_keys() > 0
    assert rotation.rewrap_all().left == 0
    settings.WORKBOOK_KEYS = settings.WORKBOOK_KEYS[:1]
    assert server_keys.is_newest(bytes(EventWhileClosed.objects.get().wrapped))
    assert [told.kind for told in events_of(person.user, None)] == [EventKind.PASSWORD_SET]


def test_a_row_that_can_not_be_read_hides_no_other(person) -> None:
    tell(person.user, EventKind.PASSWORD_SET)
    tell(person.user, EventKind.BACKUP_KEY_USED)
    row = EventWhileClosed.objects.first()
    row.wrap({"kind": "of a later edition", "day": "2030-01-01"})
    row.save(force_update=True)
    assert len(events_of(person.user, None)) == 1


def test_the_admin_neither_shows_nor_deletes_them(person, make_person, entered) -> None:
    operator = make_person("operator")
    User.objects.filter(name="operator").update(is_staff=True, is_superuser=True)
    office = entered(operator)
    set_by_staff(person)
    address = f"/admin/accounts/user/{person.user.pk}"
    for page in ("/admin/", f"{address}/change/", f"{address}/delete/"):
        assert "event" not in office.get(page).text.split('id="content"')[1].lower()
    assert office.get("/admin/accounts/event/").status_code == 404
    assert office.get("/admin/accounts/eventwhileclosed/").status_code == 404


def test_every_kind_has_a_sentence_for_its_owner() -> None:
    for kind in events.EventKind:
        assert str(kind.label).endswith(".")
