"""Forms that no page of ours would send, to every kind, at the address that saves answers."""

import shutil

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from scripts import dialect
from workbook.chapters.loader import library
from workbook.journal.models import Entry
from workbook.journal.rendering.prompt_form import writer_of
from workbook.prompts.registry import answered_kinds

pytestmark = pytest.mark.django_db

SECTIONS = dialect.sections(dialect.REFERENCE.read_text(encoding="utf-8"))
PROMPTS = {
    section.kind: section.examples.partition(f"::: {section.kind} ")[2].partition("\n")[0]
    for section in SECTIONS
    if section.kind in answered_kinds()
}
ROWS = ("cell0", "cell1", "who", "kind", "reach", "statement", "answer", "step", "state", "own")
ODD = ("no such option", "-1", "1e9", "٣", "\0", "<script>alert(1)</script>", '"><b>', "﷽" * 50)


def many(count):
    """That many rows, under every name that a row of any kind has."""
    pairs = {
        "answer": [f"row {n}" for n in range(count)],
        "own": [f"own {n}" for n in range(count)],
    }
    return pairs | {f"{name}-{n}": f"words {n}" for n in range(count // 20) for name in ROWS}


FORMS = {
    "unknown options": {"answer": list(ODD), "own": list(ODD), "end": ODD[5], "way": list(ODD)}
    | {f"{name}-{n}": value for n, value in enumerate(ODD) for name in ROWS},
    "odd presses": {"do": ["remove:999", "up:0", "down:-1", "keep", "\0"], "lane": ["maybe", ""]},
    "odd numbers": {f"{name}-{n}": "x" for name in ROWS for n in ("", "-1", "00000", "99999", "٣")},
    "odd columns": {"column": ["a"] * 400, "cell0-0": "x", "cell399-0": "y"},
    "huge keys": {"k" * 100_000: "x", "who-" + "9" * 10_000: "x", "cell0-0" * 5_000: "y"},
    "ten thousand rows": many(10_000),
    "long words": dict.fromkeys(("answer", "own", "cell0-0", "who-0", "end"), "x" * 150000),
    "a file in a field's place": {"answer": SimpleUploadedFile("answer.txt", b"words")},
    "versions": {"version": ["many", "-5", "9" * 400], "occurrence": "../../etc", "answer": "x"},
}


@pytest.fixture
def book(settings, tmp_path):
    shutil.copy(settings.BASE_DIR / "content" / "help.toml", tmp_path)
    dialect.write_book(tmp_path)
    settings.CONTENT_DIR = tmp_path
    return library().book(dialect.SLUG)


def test_every_answered_kind_is_here():
    assert set(PROMPTS) == set(answered_kinds())


@pytest.mark.parametrize("form", FORMS)
def test_no_form_breaks_a_page_or_is_kept_beyond_its_bound(book, person, entered, form):
    client = entered(person)
    client.raise_request_exception = False
    data = {"version": "0", **FORMS[form], "writer": writer_of(person.user)}
    for kind, prompt in PROMPTS.items():
        before = Entry.objects.count()
        response = client.post(reverse("save-answer", args=[dialect.SLUG, prompt]), data)
        assert response.status_code in {200, 302, 400, 409, 413, 422}, kind
        if response.status_code != 302:
            assert b'id="crisis-banner"' in response.content, kind
            assert Entry.objects.count() == before, kind
        page = client.get(f"/books/dialect/{kind.replace(' ', '-')}/")
        assert page.status_code == 200, kind
        assert b"<script>alert" not in page.content, kind
    journal = client.get("/journal/")
    assert journal.status_code == 200
    assert b"<script>alert" not in journal.content
    assert all(len(entry.sealed) < 600_000 for entry in Entry.objects.all())


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"answer": ["x", {"y": 1}]}', "application/json"),
        (b"answer=%ff%fe%00&=x&&&answer[]=1&answer=%", "application/x-www-form-urlencoded"),
        (b"--b\r\nContent-Disposition: form-data; name=answer\r\n\r\n", "multipart/form-data; boundary=b"),
        (b"", "multipart/form-data"),
        (b"\xff" * 5000, "text/plain"),
    ],
)  # fmt: skip
def test_no_body_breaks_it(book, person, entered, body, content_type):
    client = entered(person)
    client.raise_request_exception = False
    for kind, prompt in PROMPTS.items():
        address = reverse("save-answer", args=[dialect.SLUG, prompt])
        response = client.post(address, body, content_type=content_type)
        assert response.status_code < 500, kind
        assert response.status_code == 302 or b'id="crisis-banner"' in response.content, kind
    assert not Entry.objects.exists()
