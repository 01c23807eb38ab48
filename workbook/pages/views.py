"""Shows the pages of a workbook, together with a reader's own answers once they have signed in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from workbook.accounts.access import Owner, Request
from workbook.accounts.models import User
from workbook.accounts.recovery_key_offer import make_recovery_key_due, recovery_key_due
from workbook.chapters.book import Book
from workbook.chapters.files import IMAGES, images
from workbook.chapters.loader import library
from workbook.journal.access import found_or_404
from workbook.journal.entries.queries import answers_for, has_entries
from workbook.journal.reading_position import ReadingPosition, close_card, place_of, remember
from workbook.journal.rendering.prompt_form import home_of, writer_of
from workbook.journal.review.afterward import CHOICES
from workbook.journal.review.follow_ups import SmallStep, what_comes_back
from workbook.pages.parts import PagePart, parts_for, signed_out_parts
from workbook.pages.prose import FIRST_THINGS, NEXT_HOUR, page_html
from workbook.pages.sections import sections
from workbook.pages.shared import shared_when_signed_out
from workbook.prompts.base import Block
from workbook.prompts.kinds.card import Card
from workbook.prompts.kinds.guide import Guide

LONGEST_NAME = 40
"""Characters; what is longer is an answer and no name to greet anyone by."""


def _reader(request: Request) -> Owner | None:
    """Who reads, where there is something of theirs to show: not signed out, locked or closed."""
    return request.journal.owner if request.journal.is_open else None


def _book(slug: str) -> Book:
    return found_or_404(library().book, slug)


def _recovery_key_due(person: User, where: ReadingPosition) -> bool:
    """Whether to speak of the recovery key: after a second visit, or a chapter with words in it.

    Only between chapters, never beside a prompt.
    """
    if not (len(where.seen) > 1 or recovery_key_due(person)) or not has_entries(person):
        return False
    if len(where.seen) > 1:
        make_recovery_key_due(person)
    return recovery_key_due(person)


def _call_me(reader: Owner, book: Book) -> str:
    """What the reader asked this workbook to call them, if it asks; else ""."""
    if not book.call_me:
        return ""
    asked = book.prompt(book.call_me).prompt
    written = answers_for(*reader, book, [asked]).get(asked.id)
    name = str(written[0].answer.get("text", "")).strip() if written else ""
    return name if len(name) <= LONGEST_NAME and "\n" not in name else ""


def _what_comes_back(reader: Owner, book: Book, where: ReadingPosition) -> dict[str, Any]:
    """The question that comes back today with its address, or the step to be asked about."""
    found = what_comes_back(*reader, book, where)
    if isinstance(found, SmallStep):
        return {"step": found, "writer": writer_of(reader.person), "choices": CHOICES}
    return {"question_back": (home_of(book, found), found)} if found else {}


@require_safe
@login_not_required
@shared_when_signed_out
def home(request: Request) -> HttpResponse:
    """Shows the home page: the books and, to a reader, where they are and what comes back today."""
    reader = _reader(request)
    where = place_of(*reader) if reader else ReadingPosition()
    here = next((book for book in library().books if book.key == where.book), None)
    latest = [one for one in here.chapters if one.slug == where.chapter] if here else []
    context = {
        "books": library().books,
        "latest": (here, latest[0]) if latest else None,
        "call_me": _call_me(reader, here) if reader and here else "",
        **(_what_comes_back(reader, here, where) if reader and here else {}),
        "offers_recovery_key": reader is not None and _recovery_key_due(reader.person, where),
        "keyring_is_open": reader is not None,
    }
    return render(request, "pages/home.html", context)


@require_safe
@login_not_required
@shared_when_signed_out
def book(request: Request, book: str) -> HttpResponse:
    """Shows a book's introduction and its table of contents; ``book`` is its slug."""
    shelf = _book(book)
    reader = _reader(request)
    where = place_of(*reader) if reader else ReadingPosition()
    parts = _parts(request, shelf, shelf.introduction)
    context = {
        "book": shelf,
        "parts": [part for part in parts if not part.is_prompt],
        "questions": [part for part in parts if part.is_prompt],
        "position": where if where.book == shelf.key else ReadingPosition(),
        "has_guide": _has_guide(shelf.introduction),
        "offers_recovery_key": reader is not None and _recovery_key_due(reader.person, where),
        "keyring_is_open": reader is not None,
    }
    return render(request, "pages/book.html", context)


@require_safe
@login_not_required
@shared_when_signed_out
def chapter(request: Request, book: str, chapter: str) -> HttpResponse:
    """Shows a chapter, and notes that the reader is there; ``book`` and ``chapter`` are slugs.

    Once a visit it begins with the book's check-in, if it has one.
    """
    shelf = _book(book)
    read = found_or_404(shelf.chapter, chapter)
    reader = _reader(request)
    # Single pages in no order are nothing to continue, and nothing keeps track of them.
    if reader and shelf.order != "any":
        remember(*reader, shelf, read)
    asks = bool(reader and shelf.check_in and settings.VISIT_COOKIE_NAME not in request.COOKIES)
    asked = (shelf.prompt(shelf.check_in).prompt,) if asks else ()
    parts = _parts(request, shelf, (*asked, *read.blocks))
    chapters, place = shelf.chapters, shelf.chapters.index(read)
    has_order = shelf.order != "any"
    context = {
        "book": shelf,
        "chapter": read,
        "check_in": parts[: len(asked)],
        "parts": parts[len(asked) :],
        "sections": sections(read.blocks),
        "has_guide": _has_guide(read.blocks),
        "previous": chapters[place - 1] if has_order and place else None,
        "next": chapters[place + 1] if has_order and place + 1 < len(chapters) else None,
        "keyring_is_open": reader is not None,
    }
    response = render(request, "pages/chapter.html", context)
    if asks:
        # Once a visit: until the browser or the journal closes.
        response.set_cookie(
            settings.VISIT_COOKIE_NAME,
            "asked",
            secure=settings.SITE_IS_HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_safe
@login_not_required
def prompt(request: Request, book: str, prompt_id: str) -> HttpResponse:
    """Leads to a prompt on its page, wherever its author has moved it."""
    shelf = _book(book)
    return redirect(home_of(shelf, found_or_404(shelf.prompt, prompt_id)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def card(request: Request, book: str, card_id: str) -> HttpResponse:
    """Shows the hard-day card on a page of its own; without an open journal, help and the way in.

    All of it is shown at once, unless its reader has chosen, by POST, that what is sensitive opens
    with a tap.
    """
    shelf = _book(book)
    blocks = (block for chapter in shelf.chapters for block in chapter.blocks)
    found = [block for block in blocks if isinstance(block, Card) and block.id == card_id]
    if not found:
        raise Http404
    reader = _reader(request)
    mark = f"{shelf.key}/{card_id}"
    if request.method == "POST":
        if reader:
            close_card(*reader, mark, is_closed=request.POST.get("sensitive") == "closed")
        return redirect("card", book, card_id)
    parts = parts_for(*reader, shelf, (found[0],)) if reader else []
    filled = parts[0].context["filled"] if parts else []
    context = {
        "card": found[0],
        "filled": filled,
        "has_sensitive": any(heading.recalled.prompt.sensitive for heading in filled),
        "is_closed": reader is not None and mark in place_of(*reader).closed_cards,
        "keyring_is_open": reader is not None,
        "next_hour": page_html(NEXT_HOUR),
    }
    return render(request, "pages/card.html", context)


def _has_guide(blocks: tuple[Block, ...]) -> bool:
    """Whether a page needs the guide's script; most don't, and a request takes time."""
    return any(isinstance(block, Guide) for block in blocks)


def _parts(request: Request, book: Book, blocks: tuple[Block, ...]) -> list[PagePart]:
    if reader := _reader(request):
        # Of a repeated prompt the entry that was just saved is shown.
        return parts_for(*reader, book, blocks, request.GET.get("entry", ""))
    return signed_out_parts(blocks)


@require_safe
@login_not_required
@cache_control(max_age=3600, public=True)
def book_image(request: Request, book: str, name: str) -> HttpResponseBase:
    """Serves a picture of a chapter, from the folder of images of its own book."""
    root = settings.CONTENT_DIR
    folder = root / _book(book).slug
    if name not in images(folder, root):
        raise Http404
    return FileResponse((folder / IMAGES / name).open("rb"))


@require_safe
@login_not_required
@shared_when_signed_out
def page(request: Request, slug: str) -> HttpResponse:
    """Shows a page of the site, such as a file of ``content/pages``, by its slug."""
    return render(request, "pages/page.html", _page_context(slug))


def _page_context(slug: str) -> dict[str, object]:
    for found in library().pages:
        if found.slug == slug:
            return {"page": found, "parts": signed_out_parts(found.blocks)}
    raise Http404


@login_not_required
@require_safe
@cache_control(no_cache=True, public=True)
@conditional_page
def first_things(request: Request) -> HttpResponse:
    """Shows what to do first, the same page for everybody: nothing in it asks who is there."""
    # No request is given: context processors would look for a session.
    return HttpResponse(render_to_string("pages/first_things.html", _page_context(FIRST_THINGS)))


@require_safe
@login_not_required
def for_organizations(request: Request) -> HttpResponse:
    """Leads from the address that earlier releases had to the page itself."""
    return redirect("page", "for-organizations", permanent=True)
