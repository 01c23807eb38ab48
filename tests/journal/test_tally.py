"""What somebody hides or puts back who can write the tables and holds no key: it is missed.

Whatever an owner does themselves is not.
"""

import itertools
import threading
import uuid
from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.urls import reverse
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.campaigns import rounds
from tests.elements import page as tree_of
from tests.journal.intruder import Intruder
from tests.journal.writing import write
from tests.raw import with_a_bit_flipped
from workbook.journal.as_left import adds_up, take_as_is
from workbook.journal.entries import deletion
from workbook.journal.entries.queries import answers_for
from workbook.journal.entries.restoring import bring_back, set_day
from workbook.journal.entries.versions import versions_of
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.tallies import EntryTally
from workbook.journal.tally import MODULUS, Tally
from workbook.vault.passwords import begin, open_with_earlier_password
from workbook.vault.resealing import finish_replacing, replace_data_key
from workbook.vault.slots import gather

pytestmark = pytest.mark.django_db

LINE, LONG = "today-brought", "understood-once"


def is_whole(person):
    return adds_up(person.keyring)


# --- What is seen ---


class Owner(RuleBasedStateMachine):
    """Somebody who writes, deletes and brings back; and somebody else who has copied every row as
    it ever was, and puts together what they like from them.
    """

    def __init__(self, person, book, clock):
        super().__init__()
        self.person, self.user, self.keyring = person, person.user, person.keyring
        self.prompts = [book.prompt(ident).prompt for ident in (LINE, LONG)]
        self.book, self.clock, self.turns, self.moments = book, clock, itertools.count(), []
        self.entries, self.tallies = Intruder(Entry), Intruder(EntryTally)
        for model in (Entry, EarlierVersion, EntryTally):
            model.objects.filter(user=self.user).delete()
        self.copies, self.sums, self.honest = {}, {}, {}

    def copy(self):
        standing = []
        for row in self.entries.rows():
            self.copies.setdefault(row["id"], {})[str(row)] = row
            standing.append(self.place(row))
        for row in self.tallies.rows():
            self.sums[row["revision"]] = row
            known = self.honest.setdefault(row["revision"], set(filter(None, standing)))
            assert known == set(filter(None, standing)), "the sum has changed with its entries"

    def place(self, row):
        if row["goes_at"] is None:
            return (row["id"], row["edition"], str(row["day"]), row["sequence"])
        return None

    def kept(self, prompt):
        return answers_for(self.user, self.keyring, self.book, [prompt]).get(prompt.id, [])

    @rule(which=st.integers(0, 1), hours=st.integers(0, 2))
    def writes(self, which, hours):
        self.clock.forward(hours=hours)  # From one to the next it is another sitting.
        prompt = self.prompts[which]
        found = self.kept(prompt)
        text, version = f"words {next(self.turns)}", found[0].version if found else 0
        write(self.user, self.keyring, self.book, prompt, {"text": text}, expected=version)
        self.copy()

    @rule(which=st.integers(0, 1), days=st.integers(1, 3))
    def dates(self, which, days):
        if found := self.kept(self.prompts[which]):
            day = date(2020, 1, 1) + timedelta(days=days)
            set_day(self.user, self.keyring, found[0].entry.id, day)
            self.copy()

    @rule(which=st.integers(0, 1))
    def brings_a_version_back(self, which):
        if found := self.kept(self.prompts[which]):
            for version in versions_of(self.keyring, found[0].entry)[:1]:
                entry = found[0].entry
                bring_back(self.user, self.keyring, entry, version, entry.revision)
                self.copy()

    @rule()
    def deletes(self):
        mine = Entry.objects.filter(user=self.user)
        self.moments.append(deletion.delete(self.user, self.keyring, mine, deletion.LATER))
        self.copy()

    @rule()
    def brings_back(self):
        if self.moments:
            deletion.undo(self.user, self.keyring, self.moments.pop())
            self.copy()

    @rule(data=st.data())
    def somebody_puts_rows_together(self, data):
        chosen = [
            data.draw(st.sampled_from([None, *copies.values()])) for copies in self.copies.values()
        ]
        rows = [row for row in chosen if row]
        tally = data.draw(st.sampled_from([None, *self.sums.values()]))
        places = {place for row in rows if (place := self.place(row))}
        honest = self.honest[tally["revision"]] if tally else set()
        with transaction.atomic():
            Entry.objects.filter(user=self.user).delete()
            EntryTally.objects.filter(user=self.user).delete()
            try:
                with transaction.atomic():
                    for row in rows:
                        self.entries.insert(row)
            except IntegrityError:
                assume(False)  # The database itself refuses.
            if tally:
                self.tallies.insert(tally)
            assert is_whole(self.person) == (places == honest)
            transaction.set_rollback(True)

    @rule()
    def nothing_else_is_missed(self):
        assert is_whole(self.person)
        self.copy()


@pytest.mark.campaign
def test_only_what_stood_all_at_one_time_passes(person, book, clock):
    limits = settings(
        max_examples=rounds(400),
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Owner(person, book, clock), settings=limits)


@pytest.fixture
def entry(person, put):
    put(person, "under the line", LINE)
    put(person, "first words")
    entry = put(person, "second words").entry
    assert is_whole(person)
    return entry


def attacks():
    rows = Intruder(Entry)

    def hide(entry, other):
        rows.remove(entry.id)

    def delete(entry, other):
        rows.change(entry.id, goes_at="2999-01-01 00:00:00+00")

    def give_away(entry, other):
        rows.change(entry.id, user_id=rows.value("user", other.user.pk))

    def lock_away(entry, other):
        rows.change(entry.id, data_key_id=rows.value("data_key_id", uuid.uuid4()))

    def double(entry, other):
        row = rows.row(entry.id)
        tag = {"occurrence_tag": b"sixteen bytes ok"}
        rows.insert(row | {"id": rows.value("id", uuid.uuid4())} | tag)

    def date_anew(entry, other):
        rows.change(entry.id, day=rows.value("day", date(2001, 1, 1)))

    def number_anew(entry, other):
        rows.change(entry.id, edition=entry.edition + 1)

    def forget_the_sum(entry, other):
        EntryTally.objects.filter(user=entry.user).delete()

    def break_the_sum(entry, other):
        (row,) = Intruder(EntryTally).rows()
        Intruder(EntryTally).change(row["id"], sealed=with_a_bit_flipped(row["sealed"]))

    return [
        *(hide, delete, give_away, lock_away, double, date_anew, number_anew),
        *(forget_the_sum, break_the_sum),
    ]


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.__name__)
def test_it_stays_seen_until_its_owner_takes_it_as_it_is(make_person, put, person, entry, attack):
    attack(entry, make_person("somebody else"))
    assert not is_whole(person)
    put(person, "words of afterwards", LINE)
    assert not is_whole(person)
    take_as_is(person.keyring)
    assert is_whole(person)
    put(person, "and more", LINE)
    assert is_whole(person)


def test_two_that_change_places_are_seen(person, put, entry):
    rows = Intruder(Entry)
    other = put(person, "one more", LINE).entry
    one, two = rows.row(entry.id), rows.row(other.id)
    rows.change(entry.id, sequence=two["sequence"])
    rows.change(other.id, sequence=one["sequence"])
    assert not is_whole(person)


def test_all_of_an_earlier_time_put_back_is_not_seen(person, put, clock, entry):
    """What no sum kept in the same database can tell: see docs/threat-model.md."""
    entries, tallies = Intruder(Entry), Intruder(EntryTally)
    before, (tally,) = entries.row(entry.id), tallies.rows()
    clock.forward(hours=1)
    put(person, "words of the next sitting")
    assert is_whole(person)
    entries.change(entry.id, **before)
    assert not is_whole(person)
    tallies.change(tally["id"], **tally)
    assert is_whole(person)


def test_newer_words_of_one_sitting_put_back_are_not_seen(person, put, clock, entry):
    """What is left unsummed so that typing costs nothing: see docs/threat-model.md."""
    entries = Intruder(Entry)
    before, (tally,) = entries.row(entry.id), Intruder(EntryTally).rows()
    clock.forward(seconds=20)
    newer = put(person, "second words, and more of them").entry
    assert newer.revision == entry.revision + 1
    assert Intruder(EntryTally).rows() == [tally]
    entries.change(entry.id, **before)
    assert is_whole(person)


# --- What its owner does ---


def test_deleting_takes_out_at_once_so_that_purging_needs_no_key(person, put, entry, clock):
    deletion.delete(person.user, person.keyring, Entry.objects.filter(id=entry.id), deletion.UNDO)
    assert is_whole(person)
    clock.forward(hours=1)
    assert deletion.purge()
    assert Entry.objects.count() == 1
    assert is_whole(person)


def test_what_comes_back_beside_newer_words_is_counted_once(person, put, entry):
    goes_at = deletion.delete(person.user, person.keyring, Entry.objects.all(), deletion.LATER)
    put(person, "begun anew")
    assert deletion.undo(person.user, person.keyring, goes_at)
    assert Entry.objects.count() == 2
    assert is_whole(person)


def test_entries_of_a_release_that_counted_nothing_are_taken_as_they_are(person, put, clock):
    with mock.patch.object(Entry, "BOUND", ("day", "sequence")):
        one = put(person, "under the line", LINE).entry
        put(person, "longer words")
    Entry.objects.update(edition=0)  # As the column comes to be.
    EntryTally.objects.all().delete()
    assert len(Entry.objects.get(id=one.id).sealed_place(person.keyring)) == 2
    put(person, "longer words, and more of them in the same sitting")
    assert not EntryTally.objects.exists()
    assert is_whole(person)
    clock.forward(hours=1)
    put(person, "words of the next sitting")
    assert is_whole(person)
    Intruder(Entry).remove(one.id)
    assert not is_whole(person)


def test_the_sum_is_only_that_of_its_terms():
    """The fast changes against a sum made of the plain list."""
    entries = [Entry(day=date(2026, 1, number), sequence=3) for number in (1, 2)]
    tally = Tally.begun([uuid.uuid4()])
    both = tally.plus(*entries)
    assert both.total == (tally.term(entries[0]) + tally.term(entries[1])) % MODULUS
    assert both.minus(entries[0]) == tally.plus(entries[1])
    assert both.minus(*entries) == tally
    assert Tally.from_payload(both.payload()) == both


# --- Data keys that are replaced, and parts that are joined ---


def key_of(keyring):
    return {keyring.current_id: keyring.data_key(keyring.current_id)}


@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_new_data_key_carries_it(person, entry, is_hidden):
    if is_hidden:
        Intruder(Entry).remove(entry.id)
    fresh = replace_data_key(person.user, person.keyring, person.password)
    person.keyring = finish_replacing(person.user, fresh, seconds=60)
    assert len(person.keyring.held) == 1
    assert EntryTally.objects.get().data_key_id == person.keyring.current_id
    assert is_whole(person) != is_hidden


@pytest.mark.parametrize("hidden", ["nothing", "of the older", "of the newer"])
def test_of_two_parts_that_are_joined_each_brings_its_own(person, put, entry, hidden):
    """After a password set by staff a newer part is begun; later the older one is regained."""
    older = person.keyring
    person.user.set_password("chosen after the reset")
    person.user.save()
    person.keyring = begin(person.user, "chosen after the reset")
    newer = put(person, "words of the newer part").entry
    assert is_whole(person)
    if hidden != "nothing":
        Intruder(Entry).remove((entry if hidden == "of the older" else newer).id)
    regained = open_with_earlier_password(person.user, person.password)
    assert regained.held == older.held
    both = gather(person.user.pk, {**key_of(person.keyring), **key_of(regained)})
    fresh = replace_data_key(person.user, both, "chosen after the reset")
    person.keyring = finish_replacing(person.user, fresh, seconds=60)
    assert len(person.keyring.held) == 1
    assert is_whole(person) == (hidden == "nothing")


def test_words_written_between_two_batches_are_counted(person, put, entry):
    person.keyring = replace_data_key(person.user, person.keyring, person.password)
    put(person, "written before anything was sealed anew")
    assert is_whole(person)
    person.keyring = finish_replacing(person.user, person.keyring, seconds=60)
    assert is_whole(person)


def test_whoever_comes_with_a_replaced_key_counts_nothing(person, put, entry):
    replaced = person.keyring
    person.keyring = replace_data_key(person.user, replaced, person.password)
    assert is_whole(person)
    late = mock.Mock(user=person.user, keyring=replaced)
    with pytest.raises(OperationalError):
        put(late, "words of a tab that is about to be signed out", occurrence="new", expected=0)
    assert is_whole(person)


# --- Two at once ---


@pytest.mark.django_db(transaction=True)
def test_saves_at_once_leave_a_sum_that_adds_up(person, put, book):
    """Each thread with a connection of its own, on the database that the tests run on."""
    prompts = [LINE, LONG]
    failed, rounds = [], 12
    meet = threading.Barrier(4)

    def save(number):
        try:
            meet.wait(timeout=30)
            for turn in range(rounds):
                prompt = book.prompt(prompts[number % 2]).prompt
                words = {"text": f"{number} says {turn}"}
                occurrence = f"{uuid.UUID(int=number // 2)}"
                found = answers_for(person.user, person.keyring, book, [prompt]).get(prompt.id, [])
                mine = [one for one in found if one.occurrence == occurrence]
                write(
                    person.user,
                    person.keyring,
                    book,
                    prompt,
                    words,
                    expected=mine[0].version if mine else 0,
                    occurrence=occurrence,
                )
                if number == 3 and turn % 4 == 3:
                    gone = Entry.objects.filter(occurrence_tag=mine[0].entry.occurrence_tag)
                    deletion.delete(person.user, person.keyring, gone, deletion.LATER)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not failed
    assert Entry.objects.filter(goes_at=None).count() in {3, 4}
    assert is_whole(person)
    assert EntryTally.of(person.keyring).tally.count == Entry.objects.filter(goes_at=None).count()


# --- On the journal's page ---


def notice(client):
    tree = tree_of(client.get(reverse("journal")).text)
    return tree.all("form", action=reverse("journal-as-it-is"))


def test_it_is_told_in_the_journal_until_it_is_taken_as_it_is(person, entry, entered):
    client = entered(person)
    Intruder(Entry).remove(entry.id)
    for _visit in range(2):
        (form,) = notice(client)
        assert "isn’t as it was left" in form.words
    assert client.post(reverse("journal-as-it-is")).status_code == 302
    assert not notice(client)


def test_it_is_looked_at_once_for_each_opening(person, entry, entered):
    client = entered(person)
    assert not notice(client)
    with mock.patch("workbook.journal.as_left.adds_up", side_effect=AssertionError):
        assert not notice(client)
    Intruder(Entry).remove(entry.id)
    assert not notice(client)
    client.post(reverse("lock"))
    client.post(reverse("login"), {"username": person.user.name, "password": person.password})
    assert notice(client)


def test_a_journal_is_read_while_the_database_can_not_write(person, entry, entered):
    client = entered(person)

    def refuse(execute, sql, params, many, context):
        if sql.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        assert client.get(reverse("journal")).status_code == 200


def test_somebody_else_takes_nothing_as_it_is(make_person, person, entry, entered):
    Intruder(Entry).remove(entry.id)
    entered(make_person("somebody else")).post(reverse("journal-as-it-is"))
    assert not is_whole(person)
