"""What entering and an open journal cost, on a database of its own that is removed again.

    python -m bench.login [--pairs 40]

Unknown and known names are asked in turns, so that a busy machine slows both alike.
"""

import argparse
import os
import statistics
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

ANSWERS = 100


def prepare(folder: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "workbook.settings",
        "WORKBOOK_DATA_DIR": folder,
        "SECRET_KEY": "for-measuring-only-" * 3,
        "WORKBOOK_KEYS": urlsafe_b64encode(os.urandom(32)).decode(),
    }
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def median_ms(times: list[float]) -> float:
    return statistics.median(times) * 1000


def timed(work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def measure(pairs: int) -> None:
    from workbook.accounts.login import _checked, open_journal
    from workbook.accounts.models import User
    from workbook.journal.models import Entry
    from workbook.vault.derivation import deriving_once
    from workbook.vault.passwords import begin
    from workbook.vault.sessions import SessionStore

    password = "a long password of ana"
    ana = User.objects.create_user("ana", password)
    keyring = begin(ana, password)

    def find(name: str, wanted: str) -> User | None:
        return _checked(User.objects.filter(name=name).first(), wanted)

    known, unknown = [], []
    for _pair in range(pairs):
        known.append(timed(lambda: find("ana", "a wrong password")))
        unknown.append(timed(lambda: find("nobody", "a wrong password")))
    apart = abs(median_ms(known) / median_ms(unknown) - 1)
    print(f"known name    {median_ms(known):7.1f} ms\nunknown name  {median_ms(unknown):7.1f} ms")
    print(f"apart         {apart:7.1%}   (at most 5 %)")

    def enter() -> None:
        with deriving_once():
            user = find("ana", password)
            assert user is not None
            open_journal(user, password)

    spent = [timed(enter, time.process_time) for _time in range(9)]
    print(f"signing in    {median_ms(spent):7.1f} ms of CPU   (under 500)")

    store = SessionStore()
    store["_auth_user_id"] = str(ana.pk)
    store.unlock(keyring)
    store.save()
    store = SessionStore(store.session_key)
    row = store.user and store._row
    opened = [timed(lambda: store._open_keys(row, row.sealed_keys)) for _time in range(300)]
    print(f"unlocking     {median_ms(opened):7.3f} ms a request   (under 0.2)")

    for number in range(ANSWERS):
        entry = Entry(
            user=ana,
            day=ana.joined_on,
            sequence=number,
            prompt_tag=bytes(16),
            occurrence_tag=number.to_bytes(16, "big"),
        )
        entry.seal(keyring, {"question": "How was it?", "answer": {"text": "word " * 60}})
        entry.save(force_insert=True)
    plain = [timed(lambda: list(Entry.objects.filter(user=ana))) for _time in range(30)]
    read = [
        timed(lambda: [row.open(keyring) for row in Entry.objects.filter(user=ana)])
        for _time in range(30)
    ]
    print(
        f"{ANSWERS} answers   {median_ms(read) - median_ms(plain):7.2f} ms over the query   (under 5)"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=40)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        measure(pairs)
