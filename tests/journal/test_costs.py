"""What can be sent to the journal costs little more than what people send, whatever is in it."""

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.costs import cost
from tests.elements import page as parsed
from workbook.chapters.loader import library
from workbook.journal.long_forms import MOST_BYTES, PIECE, read_long_form
from workbook.journal.models import Entry
from workbook.journal.rendering.prompt_form import writer_of
from workbook.journal.views import saving
from workbook.prompts.answers import MAX_ROWS
from workbook.prompts.base import Prompt
from workbook.web.rate_limits import RateLimit

BOOK, LINE = "alongside", "today-brought"
OURS = {"Sec-Fetch-Site": "same-origin"}
LONGEST = 9_900
"""Fields, in some hundred kilobytes; ten thousand are too many for Django."""


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    monkeypatch.setattr(saving, "_strangers", tuple(RateLimit(10_000, 1) for _ring in range(3)))


def address(prompt=LINE):
    return reverse("save-answer", args=[BOOK, prompt])


def first_of_each_kind():
    found = {}
    for chapter in library().book(BOOK).chapters:
        for block in chapter.blocks:
            if isinstance(block, Prompt):
                found.setdefault(block.kind, block.id)
    return found


def rows_of(kind, count):
    """So many parts of an answer of a kind, as a form would send them."""
    if kind == "table":
        return {f"cell0-{n}": f"word {n}" for n in range(count)}
    if kind == "people":
        return {f"who-{n}": f"word {n}" for n in range(count)}
    if kind == "plan":
        return {f"when-{n}": f"word {n}" for n in range(count)}
    if kind == "check":
        fields = (("statement", "word"), ("answer", "yes"))
        return {f"{name}-{n}": f"{w} {n}" for n in range(count // 2) for name, w in fields}
    names = {"tick list": "own", "guide": "passed"}
    return {names.get(kind, "answer"): [f"word {n}" for n in range(count)]}


FORM = "application/x-www-form-urlencoded"


def save(client, fields, prompt=LINE):
    """Sends fields as a browser does, or a body as it is."""
    body = fields if isinstance(fields, bytes) else urlencode(fields, doseq=True)
    return client.post(address(prompt), body, content_type=FORM, headers=OURS)


def plain():
    return save(Client(), {"answer": "a"})


MANY = ("table", "people", "plan", "check", "tick list", "guide", "pick any")


@pytest.mark.parametrize("kind", MANY)
@pytest.mark.parametrize("who", ["nobody", "somebody"])
def test_a_form_of_thousands_of_rows_comes_back_as_plain_words_at_the_price_of_a_page(
    person, entered, kind, who
):
    client = entered(person) if who == "somebody" else Client()
    sent = rows_of(kind, LONGEST) | {"writer": writer_of(person.user), "version": "0"}
    # Whatever is held for somebody signed out is held for somebody signed in, too.
    prompt = first_of_each_kind()[kind]
    measured = cost(lambda: save(client, sent, prompt), plain, trace=who == "somebody")
    response = measured.result
    [box] = parsed(response.content.decode()).all("textarea")
    last = LONGEST // (2 if kind == "check" else 1) - 1
    assert "word 0" in box.words
    assert f"word {last}" in box.words
    assert response.status_code == (422 if who == "somebody" else 403)
    assert len(response.content) < 500_000
    assert measured.times < 100
    assert measured.megabytes < 64
    assert not Entry.objects.exists()


@pytest.mark.parametrize("kind", MANY)
def test_the_fullest_form_that_is_drawn_again_costs_little(db, kind):
    fields = rows_of(kind, MAX_ROWS)
    if kind == "table":
        fields = {f"cell{c}-{n}": "word" for n in range(MAX_ROWS) for c in range(6)}
        fields["column"] = list("abcdef")
    measured = cost(lambda: save(Client(), fields, first_of_each_kind()[kind]), plain, trace=False)
    assert measured.result.status_code == 403
    assert f'id="prompt-{first_of_each_kind()[kind]}"' in measured.result.content.decode()
    assert measured.times < 400


@pytest.mark.parametrize("sign", ["%22", '"', "%F0%9F%99%82", "a", "%", "a%0D%0A", "a%41"])
@pytest.mark.parametrize("who", ["nobody", "somebody"])
def test_the_largest_body_that_is_read_costs_little_and_comes_back(person, entered, sign, who):
    client = entered(person) if who == "somebody" else Client()
    start = f"writer={writer_of(person.user)}&version=0&answer=".encode()
    room = MOST_BYTES - len(start)
    body = start + sign.encode() * (room // len(sign))
    measured = cost(lambda: save(client, body), plain, trace=who == "somebody")
    assert measured.result.status_code == (422 if who == "somebody" else 403)
    assert len(measured.result.content) > room // 12
    assert measured.times < 300
    assert measured.megabytes < 64


def test_what_is_larger_is_refused_unread(db):
    body = b"answer=" + b"a" * MOST_BYTES
    measured = cost(lambda: save(Client(), body), plain)
    assert measured.result.status_code == 413
    assert "Back button" in measured.result.content.decode()
    assert measured.times < 12


def test_a_file_that_nobody_asked_for_is_never_kept(person, entered, monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", fail)
    monkeypatch.setattr("tempfile.mkstemp", fail)
    fields = {
        "writer": writer_of(person.user),
        "version": "0",
        "answer": "words",
        "more": SimpleUploadedFile("more", b"x" * 3_000_000),
    }
    response = entered(person).post(address(), fields, headers=OURS)
    assert response.status_code == 302
    assert Entry.objects.count() == 1


def test_somebody_signed_out_who_sends_on_and_on_is_asked_to_wait_and_nobody_else(
    person, entered, monkeypatch
):
    limits = tuple(RateLimit(3, 60) for _ring in range(3))
    monkeypatch.setattr(saving, "_strangers", limits)
    for _time in range(3):
        assert save(Client(), {"answer": "words"}).status_code == 403
    refused = save(Client(), {"answer": "words"})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "Back button" in refused.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert save(elsewhere, {"answer": "words"}).status_code == 403
    fields = {"writer": writer_of(person.user), "version": "0", "answer": "words"}
    assert save(entered(person), fields).status_code == 302


def test_whoever_is_refused_is_refused_before_the_form_is_read(db, monkeypatch):
    monkeypatch.setattr(saving, "_strangers", (RateLimit(0, 60),))

    def fail(*args):
        raise AssertionError("read")

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", fail)
    assert save(Client(), {"answer": "words"}).status_code == 429


SIGNS = [b"%", b"%4", b"%41", b"+", b"%F0%9F%99%82", b"%ff", b"=a", b"%zz", b"a%20"]
FIELDS = st.tuples(
    st.text(st.characters(max_codepoint=127, exclude_characters="&"), max_size=20).map(str.encode),
    st.sampled_from(SIGNS),
    st.integers(0, 3),
)


@given(st.lists(FIELDS, max_size=6))
def test_a_long_form_is_read_as_django_reads_it(parts):
    fields = [begin + sign * (PIECE // len(sign) * many) for begin, sign, many in parts]
    body = b"&".join(fields)
    request = RequestFactory().generic("POST", "/", body, content_type=FORM)
    assert read_long_form(request) == QueryDict(body)
    assert QueryDict(body) == request.POST
