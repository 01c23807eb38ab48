"""Numbers, names and addresses of help stand in help.toml alone, and a change there shows."""

import html
import io
import re
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as site
from django.template.defaultfilters import striptags
from django.urls import reverse

from tests.journal.writing import write
from workbook.chapters.loader import library
from workbook.chapters.tokens import Tokens
from workbook.crisis.lines import host
from workbook.crisis.loader import help_lines

BOOK = "alongside"
TEXTS = [
    path
    for folder, pattern in (("content", "*.md"), ("templates", "*.html"))
    for path in sorted((site.BASE_DIR / folder).rglob(pattern))
]
TELEPHONE = re.compile(
    r"(?<![\w/.=-])(?:\+?1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])"  # 1-800-662-4357
    r"|(?<![\w/.=-])\+?1?8(?:00|33|44|55|66|77|88)\d{7}(?!\w)"  # 18006624357
    r"|\b(?:call|dial|text|press|TTY|(?:text|send)\s+\w+\s+to)\s+\d[\d -]{1,12}\d\b",  # short codes
    re.IGNORECASE,
)
LINKED_TO = re.compile(r"\]\([^)\s]*\)")


def entries():
    lines = help_lines()
    return [*lines.lines, *lines.resources]


def id_of(path):
    return str(path.relative_to(site.BASE_DIR))


@pytest.mark.parametrize("path", TEXTS, ids=id_of)
def test_no_telephone_number_is_typed(path):
    found = TELEPHONE.search(path.read_text(encoding="utf-8"))
    assert not found, f"{found} belongs into help.toml; write its name in curly brackets"


@pytest.mark.parametrize("path", TEXTS, ids=id_of)
def test_no_name_or_address_of_a_line_or_resource_is_typed(path):
    """A page deep inside a service's site may still be cited as the source of a fact."""
    text = path.read_text(encoding="utf-8")
    read = LINKED_TO.sub("]", text)
    for entry in entries():
        for address in filter(None, (entry.link, getattr(entry, "chat", ""))):
            assert f"({address.rstrip('/')})" not in text, entry.key
            assert f"({address.rstrip('/')}/)" not in text, entry.key
            assert not re.search(rf"(?<![\w./-]){re.escape(host(address))}(?![\w-])", read), (
                f"{entry.key}: write {{{{{entry.key}.link}}}}"
            )
        is_a_name_of_its_own = len(re.findall(r"\b[A-Z]", entry.name)) > 1 and entry.key not in {
            "eu-emergency"
        }
        if is_a_name_of_its_own:
            assert entry.name not in read, f"write {{{{{entry.key}.name}}}}"


def test_no_two_entries_share_a_key():
    keys = [entry.key for entry in entries()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("line", help_lines().lines, ids=lambda line: line.key)
def test_a_number_is_a_link_that_reaches_it(line):
    if not line.number:
        assert line.link
        return
    shown = Tokens(help_lines()).html(f"{line.key}.number")
    assert line.number in striptags(shown)
    if line.call:
        assert f'href="tel:{line.call}"' in shown
    else:
        word = f"?&amp;body={line.text_word}" if line.text_word else ""
        assert f'href="sms:{line.text}{word}"' in shown


@pytest.mark.parametrize("resource", help_lines().resources, ids=lambda resource: resource.key)
def test_a_resource_is_its_name_with_its_link(resource):
    tokens = Tokens(help_lines())
    shown = tokens.html(resource.key)
    assert html.unescape(striptags(shown)) == resource.name == tokens.plain(resource.key)
    assert (f'href="{resource.link}"' in shown) == bool(resource.link)


# --- A change shows everywhere, on a running site ---

PAGES = ["/", "/help-now/", "/about/", "/privacy/", "/for-organizations/", "/for-clinicians/"]


@pytest.fixture
def own_content(tmp_path, settings):
    """The shipped texts in a folder of their own, to be changed."""
    folder = tmp_path / "content"
    shutil.copytree(site.CONTENT_DIR, folder)
    settings.CONTENT_DIR = folder
    return folder


def addresses():
    book = library().book(BOOK)
    yield from PAGES
    yield reverse("book", args=[BOOK])
    yield reverse("card", args=[BOOK, "hard-day-card"])
    for chapter in book.chapters:
        yield reverse("chapter", args=[BOOK, chapter.slug])
        yield reverse("chapter-print", args=[BOOK, chapter.slug])


def seen(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return html.unescape(striptags(response.content.decode())), response.content.decode()


def swap(folder: Path, old: str, new: str) -> None:
    path = folder / "help.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    tomllib.loads(path.read_text(encoding="utf-8"))


def test_a_line_that_is_swapped_is_swapped_on_every_page_and_print(
    client, person, entered, own_content
):
    reader = entered(person)
    before = {address: seen(client, address) for address in addresses()}
    assert all("988" in words for words, _markup in before.values())
    swap(own_content, "988", "543")
    for address in addresses():
        for browser in (client, reader):
            words, markup = seen(browser, address)
            assert "543" in words, address
            assert "988" not in words, address
            assert 'href="tel:988"' not in markup, address
            assert 'href="sms:988"' not in markup, address


def test_what_only_the_frame_of_a_page_says_is_new_at_once(client, own_content):
    for address in addresses():
        seen(client, address)
    swap(own_content, "not therapy or medical advice", "never therapy and never advice")
    for address in addresses():
        assert "never therapy and never advice" in seen(client, address)[0], address


def test_a_resource_that_moves_has_moved_where_it_is_named(client, own_content):
    swap(own_content, "https://openpathcollective.org", "https://moved.example.org")
    swap(own_content, 'name = "Open Path Collective"', 'name = "Open Way Together"')
    for address in (
        reverse("chapter", args=[BOOK, "fill-a-gap"]),
        reverse("chapter-print", args=[BOOK, "fill-a-gap"]),
        "/help-now/",
    ):
        words, markup = seen(client, address)
        assert "Open Way Together" in words
        assert "Open Path Collective" not in words
        assert 'href="https://moved.example.org"' in markup


def test_an_export_carries_the_lines_as_they_are_now(person, entered, own_content):
    book = library().book(BOOK)
    placed = book.prompt("today-brought").prompt
    write(person.user, person.keyring, book, placed, {"text": "Rain"}, expected=0)
    swap(own_content, "988", "543")
    response = entered(person).post(reverse("export"))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert any("543" in text for text in texts.values())
    for name, text in texts.items():
        assert not re.search(r"\b988\b", text), name
