"""Nothing of a journal stays behind by being taken along: not in the database, logs or cookies."""

import io
import logging
import zipfile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from tests.elements import page as parsed
from tests.journal.writing import write
from workbook.chapters.loader import library
from workbook.journal.transfer.export import files as export
from workbook.journal.transfer.export.as_json import dumps

CANARY = "kanarienvogel"


def stored() -> bytes:
    """Every value of every table, and on SQLite the files themselves."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [bytes(v) if isinstance(v, memoryview) else v for v in row]
    files = [p.read_bytes() for p in settings.DATA_DIR.rglob("*") if p.is_file()]
    return b"\n".join([v if isinstance(v, bytes) else str(v).encode() for v in found] + files)


def forged(content: bytes) -> bytes:
    return content.replace(b'"kind"', b'"kin"', 1)


@pytest.mark.django_db(transaction=True)
def test_a_canary_is_found_nowhere_after_all_of_it(person, make_person, entered, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    book = library().book("alongside")
    for prompt in ("want-to-hear", "understood-once"):
        placed = book.prompt(prompt).prompt
        write(person.user, person.keyring, book, placed, {"text": CANARY}, expected=0)
    packed = b"".join(export.chunks(person.user, person.keyring))
    plain = zipfile.ZipFile(io.BytesIO(packed)).read("journal.json")
    assert CANARY.encode() in plain
    large = plain + b" " * 3_000_000
    client, other = entered(person), entered(make_person("bo"))
    locked = entered(person, locked=True)
    answers = []
    for browser in (client, other, locked):
        picking = browser.get(reverse("bridge-sheet", args=["friend"]))
        picks = parsed(picking.content.decode()).values("pick")
        for content in (packed, plain, large, forged(plain), plain[:-20], dumps(CANARY).encode()):
            file = SimpleUploadedFile(f"{CANARY}.zip", content)
            answers.append(browser.post(reverse("import-journal"), {"file": file}))
        answers += [
            picking,
            browser.post(reverse("export")),
            browser.post(
                reverse("bridge-sheet", args=["work"]),
                {"pick": picks, "note": CANARY, "heading": CANARY},
            ),
            browser.post(reverse("bridge-sheet", args=["work"]), {"pick": [CANARY]}),
            browser.post(reverse("reminder"), {"words": CANARY, "time": "07:00"}),
            browser.post(reverse("chapter-print", args=["alongside", "hard-day"])),
        ]
    for response in answers:
        assert "no-store" in response["Cache-Control"] or response.status_code == 302
        assert CANARY not in str(response.headers)
        assert CANARY not in str(response.cookies)
    assert CANARY.encode() not in stored()
    assert CANARY not in caplog.text
