"""What the texts say of the site is what the site does."""

import datetime
import re

import pytest
from django.conf import settings
from django.urls import reverse

from workbook.accounts.forms import LOCK_MINUTES
from workbook.accounts.known_browsers import DAYS
from workbook.accounts.models import User, Wait
from workbook.accounts.passphrases import suggest_passphrase
from workbook.chapters.loader import library
from workbook.journal.entries import deletion
from workbook.site import Site
from workbook.vault.pending import SECONDS
from workbook.vault.recovery_keys import DEVICE_DAYS

BOOK = "alongside"
CONTENT = settings.BASE_DIR / "content"
TEXTS = sorted(CONTENT.rglob("*.md"))
NAMES = re.compile(r"(?:[Pp]ress|[Tt]ap|[Cc]hoose|[Uu]nder|[Ff]ind|[Oo]pen) “([^”]+)”")
CHAPTER_LINK = re.compile(r"\]\((?P<slug>[a-z-]+)(?:#[a-z0-9-]+)?\)")


def text(name):
    return (CONTENT / name).read_text(encoding="utf-8")


def chapters():
    return library().book(BOOK).chapters


def source(chapter):
    return text(chapter.path)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_what_a_text_names_in_curly_quotes_is_called_so_on_the_site(path):
    labels = "\n".join(
        file.read_text(encoding="utf-8")
        for file in (settings.BASE_DIR / "templates").rglob("*.html")
    )
    for name in NAMES.findall(path.read_text(encoding="utf-8")):
        assert re.search(rf"\b_\([\"']{re.escape(name)}[\"']\)", labels), name


def test_deleting_waits_as_long_as_the_texts_say(person, entered):
    waits = (datetime.timedelta(minutes=1), datetime.timedelta(days=7))
    assert waits == (deletion.UNDO, deletion.LATER)
    said = text("pages/privacy.md")
    assert "for a minute" in said
    assert "for seven days if you choose that" in said
    page = entered(person).get(reverse("journal-delete")).content.decode()
    assert "Now. You can bring it back for one minute." in page
    assert "In seven days." in page


def test_deleting_the_account_and_downloading_are_where_the_last_chapter_says(person, entered):
    said = source(chapters()[-1])
    assert "Your [journal](page:journal) has everything you saved. You can download it" in said
    assert "To delete your account as well, go to Account." in said
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
    assert "when you were last active, to the minute" in said
    assert "when a device asked to open your journal by waiting" in said
    assert "what happened to your account that you haven’t dismissed" in said
    assert "Six random words are good, and the site can pick them." in said


COOKIES = {
    "SESSION_COOKIE_NAME": "to keep you signed in",
    "CSRF_COOKIE_NAME": "to protect forms",
    "NOTICE_COOKIE_NAME": "to show a short notice",
    "VISIT_COOKIE_NAME": "to remember that you were asked how you are",
    "BROWSER_COOKIE_NAME": "One more says that someone has signed in with this browser",
    "PENDING_COOKIE_NAME": "one more holds your place between your password and the code, "
    "for five minutes at most",
}
"""What the page about privacy says of each cookie that a setting names."""
OF_DEVICE = "A device that you let open your journal by waiting gets one more, for 90 days"
SETS = re.compile(r"\.set_(?:signed_)?cookie\(\s*([^,\s]+),")


def test_the_privacy_page_names_each_cookie_and_how_long_it_stays():
    said = text("pages/privacy.md")
    named = {name for name in dir(settings) if name.endswith("_COOKIE_NAME")}
    # Django's own for a language, which nothing here sets.
    assert named - {"LANGUAGE_COOKIE_NAME"} == set(COOKIES)
    for words in (*COOKIES.values(), OF_DEVICE, f"It stays for {DAYS} days"):
        assert words in said, words
    assert (SECONDS, DEVICE_DAYS) == (5 * 60, 90)


def test_no_other_cookie_is_set_than_those_the_privacy_page_names():
    sources = [path.read_text() for path in (settings.BASE_DIR / "workbook").rglob("*.py")]
    scripts = [path.read_text() for path in (settings.BASE_DIR / "static" / "js").rglob("*.js")]
    set_here = {name for source in sources for name in SETS.findall(source)}
    # The other three are Django's: session, form and notice.
    own = {"settings.VISIT_COOKIE_NAME", "settings.BROWSER_COOKIE_NAME"}
    assert set_here == own | {"settings.PENDING_COOKIE_NAME", "cookie_name()"}
    assert len(re.findall(r"\.set_(?:signed_)?cookie\(", "".join(sources))) == len(set_here)
    assert not [source for source in scripts if "document.cookie" in source]


def test_an_account_has_as_much_room_as_the_privacy_page_says():
    assert f"usually {Site().account_megabytes} MB" in text("pages/privacy.md")


def test_leaving_quickly_is_on_every_page_as_the_texts_say(client):
    for name in ("start-here", "my-map"):
        assert "“Leave quickly” is on every page" in source(library().book(BOOK).chapter(name))
    slugs = [chapter.slug for chapter in chapters()]
    for address in ("/", "/help-now/", *(reverse("chapter", args=[BOOK, slug]) for slug in slugs)):
        assert client.get(address).content.decode().count('id="exit"') == 1, address


def test_the_operators_contact_is_at_the_foot_of_a_page_once_they_give_one(client, settings):
    site = settings.SITE
    settings.SITE = type(site)(contact="care@example.org", responsible="Rue Hart")
    page = client.get("/help-now/").content.decode()
    foot = page.partition('class="site-footer"')[2]
    assert "care@example.org" in foot
    assert "Rue Hart" in foot


@pytest.mark.parametrize(
    "chapter",
    [chapter for chapter in chapters() if not chapter.heavy],
    ids=lambda chapter: chapter.slug,
)
def test_a_link_into_a_heavy_chapter_says_so(chapter):
    heavy = {other.slug for other in chapters() if other.heavy}
    for line in source(chapter).splitlines():
        for match in CHAPTER_LINK.finditer(line):
            if match["slug"] in heavy:
                assert "heav" in line, f"{chapter.slug}: {line}"


HEAVY = [
    pytest.param(book, chapter, id=chapter.slug)
    for book in library().books
    for chapter in book.chapters
    if chapter.heavy
]


@pytest.mark.parametrize(("book", "chapter"), HEAVY)
def test_a_heavy_chapter_opens_with_a_way_past_it_and_ends_with_help(book, chapter):
    kinds = [block.kind for block in chapter.blocks]
    assert set(kinds[:2]) == {"note", "help"}
    note = chapter.blocks[kinds.index("note")].body.html
    lighter = [other.slug for other in book.chapters if not other.heavy]
    assert any(f"/{slug}/" in note for slug in lighter)
    assert kinds[-1] == "help"


@pytest.mark.parametrize(
    "chapter",
    [chapter for chapter in chapters() if chapter.heavy],
    ids=lambda chapter: chapter.slug,
)
def test_a_heavy_chapter_closes_safely(chapter):
    close = source(chapter).rpartition("\n## ")[2]
    parts = (
        r"^(?:Stop|You can stop)\b",
        r"\b[Ee]yes open\b",
        r"\b[Dd]o (?:one|something) (?:ordinary|dull)\b",
        r"\b(?:let|tell) (?:one|a) person\b",
        r"^::: help$",
    )
    places = [match and match.start() for match in (re.search(p, close, re.M) for p in parts)]
    assert None not in places, "to stop, to look around, to do, somebody to tell, the lines"
    assert places == sorted(places)
    assert not re.search(r"^::: (?!help)", close, re.MULTILINE)


def test_three_chapters_are_heavy():
    assert [c.slug for c in chapters() if c.heavy] == ["early-signs", "kinder-voice", "hard-day"]


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.slug)
def test_each_chapter_has_a_story_and_says_that_it_is_invented(chapter):
    stories = [block for block in chapter.blocks if block.kind == "story"]
    assert stories
    assert source(chapter).count("\ninvented: yes\n") == len(stories)


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
