"""Any order of saving from any number of pages: nothing that was sent is ever nowhere."""

import itertools
import uuid
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from tests.campaigns import rounds
from tests.journal.writing import write
from workbook.journal.entries.content import Origin
from workbook.journal.entries.queries import opened
from workbook.journal.entries.restoring import bring_back, leave
from workbook.journal.entries.store import Stale
from workbook.journal.entries.versions import versions_of
from workbook.journal.models import Entry

PAGES = st.integers(0, 3)
CHOICES = st.sampled_from(["leave", "bring back", "keep both", "by hand", "later"])
numbers = itertools.count()


@dataclass
class Page:
    """A page that someone has open: what it shows and what it knows."""

    text: str = ""
    version: int = 0
    entry: str = ""
    turn: int = 0
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    sent: list[tuple[str, Origin]] = field(default_factory=list)


class Devices(RuleBasedStateMachine):
    """Four pages over one answer, in any order."""

    has_script = False

    def __init__(self, person, book):
        super().__init__()
        self.user, self.keyring, self.book = person.user, person.keyring, book
        self.prompt = book.prompt("understood-once").prompt
        self.occurrence = str(uuid.uuid4())  # Each example has an entry of its own.
        self.entry_id = None
        self.pages = [Page() for _number in range(4)]
        self.was_sent: list[str] = []

    @initialize(has_script=st.booleans())
    def begin(self, has_script):
        self.has_script = has_script

    @property
    def kept(self):
        return opened(Entry.objects.get(user=self.user, id=self.entry_id), self.keyring)

    def send(self, text, origin):
        written = write(
            self.user,
            self.keyring,
            self.book,
            self.prompt,
            {"text": text},
            expected=origin,
            occurrence=self.occurrence,
        )
        self.entry_id = written.entry.id
        return written

    @rule(which=PAGES)
    def reload(self, which):
        now = self.kept if self.entry_id else None
        page = Page(now.answer["text"], now.version, str(now.entry.id)) if now else Page()
        self.pages[which] = page

    @rule(which=PAGES, choice=CHOICES)
    def type_and_save(self, which, choice):
        token = f"<{next(numbers)}>"
        self.pages[which].text += token
        self.was_sent.append(token)
        self.save(which, choice)

    @rule(which=PAGES, choice=CHOICES)
    def save(self, which, choice):
        page = self.pages[which]
        page.turn += 1
        turn = page.turn if self.has_script else 0
        origin = Origin(page.version, page.entry, page.mark, turn)
        page.sent.append((page.text, origin))
        try:
            written = self.send(page.text, origin)
        except Stale as stale:
            self.decide(which, stale, choice)
        else:
            assert written.answer == {"text": page.text}
            page.version, page.entry = written.version, str(written.entry.id)

    @rule(which=PAGES, place=st.integers(0, 9))
    def an_old_request_comes_late(self, which, place):
        sent = self.pages[which].sent
        if sent:
            with suppress(Stale):
                self.send(*sent[place % len(sent)])

    def decide(self, which, stale, choice):
        entry, apart, version = stale.current.entry, stale.conflict, stale.current.version
        if apart is None or choice == "later":
            return
        if choice == "leave":
            leave(entry, apart)
        elif choice == "by hand":
            origin = Origin(version, str(entry.id), settles=apart.row.id)
            self.send(self.pages[which].text, origin)
        else:
            keeps_both = choice == "keep both"
            bring_back(self.user, self.keyring, entry, apart, version, keeps_both=keeps_both)
        self.reload(which)

    def teardown(self):
        if self.entry_id:
            found = [self.kept, *versions_of(self.keyring, self.kept.entry)]
            everything = "".join(version.answer["text"] for version in found)
            assert [token for token in self.was_sent if token not in everything] == []


@pytest.mark.campaign
def test_interleavings_lose_nothing(person, book):
    run_state_machine_as_test(
        lambda: Devices(person, book),
        settings=settings(max_examples=rounds(500), stateful_step_count=15, deadline=None),
    )
