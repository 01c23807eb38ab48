"""Fill a site's own data folder with the people and answers to be measured.

    WORKBOOK_DATA_DIR=… WORKBOOK_CONTENT_DIR=… python -m bench.seed PEOPLE [shipped]

With ``shipped``, each of them has answered every prompt of the shipped workbook.

Through the project's own code, but for Argon2, which is made cheap: nobody enters by password here.
Writes ``people.json`` and ``owner.json`` (whose journal holds 2,000 entries) into the data folder.
"""

import datetime
import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any

from bench.workload import (
    BOOK,
    LARGE_JOURNAL,
    QUESTIONS,
    Person,
    answer,
    prompt_id,
    slugs,
    write_content,
)

CHEAP_ARGON2 = (8, 1, 1)


def prepare() -> None:
    """Content, keys and tables where there are none yet; then Django is ready."""
    from workbook.operations import keys

    data = Path(os.environ["WORKBOOK_DATA_DIR"])
    content = Path(os.environ["WORKBOOK_CONTENT_DIR"])
    if not content.exists():
        write_content(content)
    if not (data / keys.FILE_NAME).exists():
        keys.make(data / keys.FILE_NAME)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbook.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from workbook.operations import static_files

    static_files.build_if_changed()


def make_people(count: int) -> None:
    from workbook.journal.as_left import take_as_is
    from workbook.journal.models import Entry

    people = [_person(number) for number in range(count)]
    for person, user, keyring in people:
        Entry.objects.bulk_create(_answers(person.number, user, keyring))
        take_as_is(keyring)
    _write("people.json", [person for person, *_rest in people])
    owner, user, keyring = _person(count)
    Entry.objects.bulk_create(_large_journal(user, keyring), batch_size=500)
    take_as_is(keyring)
    _write("owner.json", [owner])


def make_readers(count: int) -> None:
    """Makes people who have answered every prompt of the shipped workbook."""
    from bench.shipped import payloads
    from workbook.journal.as_left import take_as_is
    from workbook.journal.models import Entry

    people = [_person(number) for number in range(count)]
    for _somebody, user, keyring in people:
        day = datetime.date(2026, 11, 1)
        Entry.objects.bulk_create(
            _entry(user, keyring, payload, number, day) for number, payload in enumerate(payloads())
        )
        take_as_is(keyring)
    _write("people.json", [person for person, *_rest in people])


def _person(number: int) -> tuple[Person, Any, Any]:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils.crypto import get_random_string

    from workbook.accounts.models import User
    from workbook.journal.rendering.prompt_form import writer_of
    from workbook.vault.passwords import begin
    from workbook.vault.sessions import SessionStore

    user = User.objects.create_user(f"reader {number}", "a password nobody types")
    keyring = begin(user, "a password nobody types")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.unlock(keyring, 60)
    session.save()
    token = get_random_string(32)
    cookie = f"alongside={session.session_key}; alongside-csrf={token}"
    return Person(number, cookie, token, writer_of(user)), user, keyring


def _entry(user: Any, keyring: Any, payload: dict[str, Any], number: int, day: Any) -> Any:
    from django.utils import timezone

    from workbook.journal.models import Entry

    payload |= {"language": "en", "written_at": timezone.now().isoformat()}
    entry = Entry(user=user, day=day, sequence=number + 1)
    entry.seal(keyring, payload)
    return entry


def _answers(person: int, user: Any, keyring: Any) -> list[Any]:
    day = datetime.date(2026, 11, 1)
    return [
        _entry(
            user,
            keyring,
            {
                "book": BOOK,
                "prompt": prompt_id(chapter, question),
                "occurrence": "",
                "kind": "long answer",
                "question": "What comes to mind here, in your own words?",
                "answer": {"text": answer(person, chapter, question)},
            },
            chapter * QUESTIONS + question,
            day,
        )
        for chapter in range(len(slugs()))
        for question in range(QUESTIONS)
    ]


def _large_journal(user: Any, keyring: Any) -> list[Any]:
    """Half answers to a daily question, half free pages."""
    first = datetime.date(2023, 1, 1)
    entries = []
    for number in range(LARGE_JOURNAL):
        day = first + datetime.timedelta(days=number // 2)
        ident = str(uuid.uuid4())
        asked = {"book": BOOK, "prompt": "each-day", "occurrence": day.isoformat()}
        payload = asked if number % 2 else {"book": "", "prompt": "", "occurrence": ident}
        payload |= {
            "kind": "long answer",
            "question": "What was today like?" if number % 2 else "",
            "answer": {"text": answer(-1, number, 0)},
        }
        entries.append(_entry(user, keyring, payload, number, day))
    return entries


def _write(name: str, people: list[Person]) -> None:
    path = Path(os.environ["WORKBOOK_DATA_DIR"]) / name
    path.write_text(json.dumps([person._asdict() for person in people]), encoding="utf-8")


if __name__ == "__main__":
    prepare()
    from django.test import override_settings

    with override_settings(VAULT_ARGON2=CHEAP_ARGON2):
        (make_readers if sys.argv[2:] == ["shipped"] else make_people)(int(sys.argv[1]))
