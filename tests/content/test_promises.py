"""What the texts say of the site is what the site does."""

import datetime
import re

import pytest
from django.conf import settings
from django.urls import reverse

from workbook.accounts.forms import LOCK_MINUTES
from workbook.accounts.models import User, Wait
from workbook.accounts.passphrases import suggest_passphrase
from workbook.chapters.loader import library
from workbook.journal import removal
from workbook.vault.spare_keys import DEVICE_DAYS

BOOK = "alongside"
CONTENT = settings.BASE_DIR / "content"
TEXTS = sorted((CONTENT / BOOK).glob("*.md")) + sorted((CONTENT / "pages").glob("*.md"))
NAMES = re.compile(r"(?:[Pp]ress|[Tt]ap|[Cc]hoose|[Uu]nder|[Ff]ind|[Oo]pen) “([^”]+)”")
CHAPTER_LINK = re.compile(r"\]\((?P<slug>[a-z-]+)(?:#[a-z0-9-]+)?\)")


def text(name):
    return (CONTENT / name).read_text(encoding="utf-8")


def chapters():
    return library().book(BOOK).chapters


def source(chapter):
    return text(f"{BOOK}/{chapter.number:02}-{chapter.slug}.md")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_what_a_text_names_in_curly_quotes_is_called_so_on_the_site(path):
    labels = "\n".join(
        file.read_text(encoding="utf-8")
        for file in (settings.BASE_DIR / "templates").rglob("*.html")
    )
    for name in NAMES.findall(path.read_text(encoding="utf-8")):
        assert re.search(rf"translate [\"']{re.escape(name)}[\"']", labels), name


def test_deleting_waits_as_long_as_the_texts_say(person, entered):
    waits = (datetime.timedelta(minutes=1), datetime.timedelta(days=7))
    assert waits == (removal.UNDO, removal.LATER)
    for name in (f"{BOOK}/14-onward.md", "pages/privacy.md"):
        said = text(name)
        assert re.search(r"\bfor a minute\b", said, re.IGNORECASE), name
        assert "seven days" in said, name
    page = entered(person).get(reverse("journal-delete")).content.decode()
    assert "Now. You can bring it back for one minute." in page
    assert "In seven days." in page


def test_leaving_for_good_and_taking_along_are_where_chapter_14_says(person, entered):
    client = entered(person)
    you = client.get(reverse("account")).content.decode()
    assert f'href="{reverse("delete-account")}"' in you
    journal = client.get(reverse("journal")).content.decode()
    assert f'href="{reverse("export")}"' in journal
    for chapter in chapters():
        page = client.get(reverse("chapter", args=[BOOK, chapter.slug])).content.decode()
        assert f'href="{reverse("chapter-print", args=[BOOK, chapter.slug])}"' in page


def test_the_site_locks_after_as_long_as_the_privacy_page_says():
    said = text("pages/privacy.md")
    assert sorted(minutes for minutes, _label in LOCK_MINUTES) == [5, 15, 60]
    assert User._meta.get_field("lock_minutes").default == 15
    assert "locks after 5 minutes" in said
    assert "The usual is 15 minutes, and 60 on a device you said is only yours." in said
    assert f"for up to {DEVICE_DAYS} days" in said
    assert f"set a new password after {Wait.LENGTH.total_seconds() // 3600:.0f} hours" in said
    assert len(suggest_passphrase().split("-")) == 6
    assert "Six random words are good, and the site can pick them." in said


def test_leaving_quickly_is_on_every_page_as_chapters_1_and_9_say(client):
    slugs = [chapter.slug for chapter in chapters()]
    for address in ("/", "/help-now/", *(reverse("chapter", args=[BOOK, slug]) for slug in slugs)):
        assert client.get(address).content.decode().count('id="exit"') == 1, address


def test_the_keepers_contact_is_at_the_foot_of_a_page_once_they_give_one(client, settings):
    site = settings.SITE
    settings.SITE = type(site)(contact="care@example.org", responsible="Rue Hart")
    page = client.get("/help-now/").content.decode()
    foot = page.partition('class="site-footer"')[2]
    assert "care@example.org" in foot
    assert "Rue Hart" in foot


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.slug)
def test_a_link_into_a_heavy_chapter_says_so(chapter):
    heavy = {other.slug for other in chapters() if other.heavy} - {chapter.slug}
    for line in source(chapter).splitlines():
        for match in CHAPTER_LINK.finditer(line):
            if match["slug"] in heavy:
                assert "heav" in line, f"{chapter.slug}: {line}"


@pytest.mark.parametrize(
    "chapter",
    [chapter for chapter in chapters() if chapter.heavy],
    ids=lambda chapter: chapter.slug,
)
def test_a_heavy_chapter_opens_with_a_way_past_it_and_closes_safely(chapter):
    kinds = [block.kind for block in chapter.blocks]
    assert set(kinds[:2]) <= {"note", "help"}
    assert "note" in kinds[:2]
    note = chapter.blocks[kinds.index("note")].body.html
    lighter = [other.slug for other in chapters() if not other.heavy]
    assert any(f"/{slug}/" in note for slug in lighter)
    assert kinds[-1] == "help"
    close = source(chapter).rpartition("\n## ")[2]
    assert "page can hold it for now" in close
    assert re.search(r"[Ee]yes open", close)
    assert not re.search(r"^::: (?!help)", close, re.MULTILINE)


def test_three_chapters_are_heavy_and_each_story_is_labelled():
    assert [c.slug for c in chapters() if c.heavy] == ["early-signs", "kinder-voice", "hard-day"]
    for chapter in chapters():
        assert source(chapter).count("::: story") == source(chapter).count("invented: yes") == 1


def test_no_two_chapters_open_alike():
    """The first words of stories and sections; readers notice a formula before an author does."""
    firsts = {}
    for chapter in chapters():
        body = source(chapter).split("---\n", 2)[2]
        for match in re.finditer(r"^(?:## .*|::: story\n(?:\w+: .*\n)*)\n+(?=[A-Z\"])", body, re.M):
            words = tuple(re.findall(r"[\w'’]+", body[match.end() :][:120])[:4])
            assert words not in firsts, f"{chapter.slug} and {firsts[words]} open with {words}"
            firsts[words] = chapter.slug
    assert len(firsts) > 50
