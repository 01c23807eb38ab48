"""Where an author's link may lead, and to which address it turns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.urls import NoReverseMatch, reverse

from workbook.chapters.codes import CodedError
from workbook.prompts.problems import did_you_mean
from workbook.prompts.source import ID

SLUG = "[a-z0-9-]{1,64}"
PLACE = rf"(?:#(?:prompt-(?P<prompt>{SLUG})|(?P<heading>s-[\w-]{{1,80}})))?"
CHAPTER = re.compile(rf"(?P<slug>{SLUG})?{PLACE}")
OTHER_BOOK = re.compile(rf"(?P<book>{SLUG})(?:/(?P<slug>{SLUG}))?{PLACE}")
SITE_PAGE = re.compile(rf"(?P<slug>{SLUG}){PLACE}")
LEADS_TO = (
    "A link leads to a chapter of this book by its slug, "
    "such as 'steady-first' or 'steady-first#prompt-three-ways', to 'page:about', "
    "to another book, such as 'book:short-pages', or to an address with 'https://'."
)
SITE_PAGES = frozenset({"help-now", "home", "journal", "account", "signup", "login"})
"""Names of addresses that are pages of the site and not files of content/pages."""
FORMER_SITE_PAGES = {"join": "signup", "enter": "login"}
"""What earlier releases called such addresses, which books still do."""
PARTS = {"help-now": ("help-now", "next-hour")}
"""Texts of content/pages that stand on such a page."""
UNSAFE = re.compile(r"[\x00-\x20\x7f\\\"'<>`\u00a0\u2000-\u200f\u2028-\u202f\u2066-\u2069]")
PICTURE = re.compile(
    r"images/(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(?:svg|png|jpe?g|webp|gif|avif))"
)


class BadLink(CodedError):
    """A link or a picture leads nowhere, or where it may not lead."""


Chapters = Mapping[str, frozenset[str]]
"""What can be linked to in each text of one folder, by the text's slug; "" is an introduction.
Prompts stand there by their ids (earlier ones too), headings as ``#s-their-words``.
"""


@dataclass(frozen=True)
class Index:
    """What there is to link to: gathered from every file before the first is compiled.

    Attributes:
        book: slug of the book the links stand in, "" on a page.
        books: the chapters of every book, by the book's slug.
        pages: what can be linked to in each file of content/pages.
        images: names in the book's images folder.

    None means that nobody looked: what a link says is then taken on trust.
    """

    book: str = ""
    books: Mapping[str, Chapters] | None = None
    pages: Chapters | None = None
    images: frozenset[str] | None = None

    @property
    def chapters(self) -> Chapters | None:
        """The chapters of the book that the links stand in; none on a page."""
        return None if self.books is None else self.books.get(self.book, {})

    @property
    def slugs(self) -> list[str]:
        """Slugs of the chapters of this book, in reading order."""
        return [slug for slug in self.chapters or () if slug]

    def home_of(self, prompt: str) -> str | None:
        """Returns the slug of the chapter that has a prompt."""
        chapters = self.chapters or {}
        return next((slug for slug, ids in chapters.items() if slug and prompt in ids), None)


def address(target: str, index: Index, *, here: str = "") -> str:
    """Returns the address for a link's target; ``here`` is the slug of the chapter it stands in.

    Raises:
        BadLink: when the target is not there, or links may not lead there.
    """
    target = target.strip()
    if target.startswith("page:"):
        return _page(target.removeprefix("page:"), index)
    if target.startswith("book:"):
        return _other_book(target.removeprefix("book:"), index)
    if not target:
        raise BadLink("L104", f"This link leads nowhere. {LEADS_TO}")
    if match := CHAPTER.fullmatch(target):
        slug = match["slug"] or here
        _expect(slug, match, index)
        fragment = _fragment(match)
        return fragment if slug == here and fragment else _path(index.book, slug) + fragment
    if target.casefold().startswith("https://"):
        return _outside(target)
    if target.casefold().startswith("http://"):
        raise BadLink("L104", "A link begins with 'https://', not 'http://': nobody can listen in.")
    raise BadLink("L104", f"'{_shown(target)}' is no place to link to.{_nearest(target, index)}")


def picture(target: str, index: Index) -> str:
    """Returns the address of a picture of the book.

    Raises:
        BadLink: when the target is no picture, or none of this book.
    """
    match = PICTURE.fullmatch(target.strip())
    if not match:
        raise BadLink(
            "L122",
            f"'{_shown(target)}' is no picture of this book. "
            "Put the file into the folder 'images' beside the chapters "
            "and write 'images/its-name.png'.",
        )
    if index.images is not None and match["name"] not in index.images:
        hint = did_you_mean(match["name"], index.images)
        raise BadLink("L123", f"The folder 'images' has no '{match['name']}'.{hint}")
    return _reverse("book-image", index.book, match["name"])


def _page(target: str, index: Index) -> str:
    match = SITE_PAGE.fullmatch(target)
    slug = match["slug"] if match else target
    if match and match["heading"] and index.pages is not None:
        _expect_heading(slug, f"#{match['heading']}", index.pages)
    slug = FORMER_SITE_PAGES.get(slug, slug)
    if match and slug in SITE_PAGES:
        return _reverse(slug) + _fragment(match)
    if not match or match["prompt"] or (index.pages is not None and slug not in index.pages):
        hint = did_you_mean(slug, sorted({*(index.pages or ()), *SITE_PAGES}))
        raise BadLink("L103", f"There is no page '{_shown(target)}'.{hint}")
    return _reverse("page", slug) + _fragment(match)


def _expect_heading(slug: str, heading: str, pages: Chapters) -> None:
    """Raises BadLink where neither a page nor the texts that stand on it have the heading."""
    parts = (pages.get(text, frozenset()) for text in PARTS.get(slug, (slug,)))
    # The title of the next hour is a heading there; see pages/prose.py.
    known = frozenset({"#s-next-hour"} if slug in PARTS else ()).union(*parts)
    if heading not in known:
        hint = did_you_mean(heading, [name for name in known if name.startswith("#")])
        raise BadLink("L109", f"There is no heading '{heading}' in 'page:{slug}'.{hint}")


def _other_book(target: str, index: Index) -> str:
    match = OTHER_BOOK.fullmatch(target)
    if not match or (index.books is not None and match["book"] not in index.books):
        hint = did_you_mean(match["book"] if match else target, sorted(index.books or ()))
        raise BadLink("L110", f"There is no book '{_shown(target)}'.{hint}")
    slug = match["slug"] or ""
    _expect(slug, match, replace(index, book=match["book"]))
    return _path(match["book"], slug) + _fragment(match)


def _path(book: str, slug: str) -> str:
    return _reverse("chapter", book, slug) if slug else _reverse("book", book)


def _fragment(match: re.Match[str]) -> str:
    if match["prompt"]:
        return f"#prompt-{match['prompt']}"
    return f"#{match['heading']}" if match["heading"] else ""


def _expect(slug: str, place: re.Match[str], index: Index) -> None:
    """Raises BadLink where the index's book has no such chapter, or that no such place."""
    if index.chapters is None:
        return
    if slug not in index.chapters:
        raise BadLink("L101", f"There is no chapter '{slug}' in this book.{_nearest(slug, index)}")
    there, heading, prompt = index.chapters[slug], place["heading"], place["prompt"]
    if heading and f"#{heading}" not in there:
        hint = did_you_mean(f"#{heading}", [name for name in there if name.startswith("#")])
        raise BadLink("L109", f"There is no heading '#{heading}' in '{slug or 'book.md'}'.{hint}")
    if prompt and prompt not in there:
        home = index.home_of(prompt)
        near = did_you_mean(prompt, [name for name in there if not name.startswith("#")])
        hint = f" It is in '{home}': write '{home}#prompt-{prompt}'." if home else near
        raise BadLink("L102", f"There is no prompt '{prompt}' in '{slug or 'book.md'}'.{hint}")


def _outside(target: str) -> str:
    try:
        parts = urlsplit(target)
        known_port = parts.port is None or parts.port > 0
    except ValueError:
        known_port = False
    # A name before "@" makes an address look like another.
    if not known_port or not parts.hostname or "@" in parts.netloc or UNSAFE.search(target):
        raise BadLink("L104", f"'{_shown(target)}' is no whole address. Copy it from the browser.")
    return target


def _reverse(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        raise BadLink("L107", f"This site has no address for '{name}'.") from None


def _nearest(target: str, index: Index) -> str:
    """Returns a hint at the chapter that was meant, or at how a link is written.

    File names and titles are the usual slips: ``02-steady-first.md``, ``Steady First``.
    """
    slug = re.sub(r"^\d+-|\.md$", "", target.strip("./").casefold().replace(" ", "-"))
    if slug in index.slugs:
        return f" Did you mean '{slug}'?"
    return did_you_mean(slug, index.slugs) or f" {LEADS_TO}"


def _shown(target: str) -> str:
    return UNSAFE.sub("", target)[:60] if ID.fullmatch(target[:64]) is None else target
