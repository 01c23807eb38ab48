"""Looking back: a page that shows nothing yet, and one for each thing somebody asks for."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workbook.accounts.access import Request
from workbook.chapters.book import Book
from workbook.chapters.loader import library
from workbook.journal.access import found_or_404, own_page
from workbook.journal.entries.placed import Standing
from workbook.journal.rendering.moments import day_in_words
from workbook.journal.review.hidden import Hidden, hidden_of, keep_hidden
from workbook.journal.review.looking_back import (
    MapThen,
    maps_then_and_now,
    offers,
    over_time,
    then_and_now,
)
from workbook.prompts.display import NO_TEXT
from workbook.web.fragments import fragment


def _book_or_404(slug: str) -> Book:
    return found_or_404(library().book, slug)


@require_safe
@own_page
def look_back(request: Request) -> HttpResponse:
    """Shows what there is to look back at; none of it is opened here."""
    owner = request.journal.owner
    hidden = hidden_of(*owner)
    context = {"offers": offers(*owner, hidden), "aside": _put_aside(hidden)}
    return render(request, "journal/look_back.html", context)


def _put_aside(hidden: Hidden) -> list[tuple[str, str, str]]:
    """Of each that a book still has: field and value of the form that takes it back, and words."""
    found = []
    for book in library().books:
        found += [
            ("chapter", f"{book.slug}/{chapter.slug}", chapter.title)
            for chapter in book.chapters
            if (book.key, chapter.slug) in hidden.chapters
        ]
        found += [
            ("prompt", f"{book.slug}/{placed.prompt.id}", placed.prompt.question.plain)
            for placed in book.prompts
            if (book.key, placed.prompt.id) in hidden.prompts
        ]
    return found


@require_safe
@own_page
def what_holds(request: Request) -> HttpResponse:
    """Shows who and what holds the reader, in their own words as they stand now."""
    owner = request.journal.owner
    hidden = hidden_of(*owner)
    held = offers(*owner, hidden).holding
    found = [
        replace(one, then=None)
        for book in library().books
        for one in then_and_now(*owner, book, [s.prompt for s in held if s.book is book], hidden)
    ]
    context = {"title": _("What holds you up"), "found": found}
    return render(request, "journal/then_and_now.html", context)


@require_safe
@own_page
def chapter_back(request: Request, book: str, chapter: str) -> HttpResponse:
    """Shows the first and the latest answers of one chapter."""
    owner = request.journal.owner
    the_book = _book_or_404(book)
    read = found_or_404(the_book.chapter, chapter)
    found = then_and_now(*owner, the_book, read.prompts, hidden_of(*owner))
    context = {
        "title": read.title,
        "found": found,
        "chapter": read,
        "put_aside": f"{the_book.slug}/{read.slug}",
    }
    return render(request, "journal/then_and_now.html", context)


@require_safe
@own_page
def over_time_page(request: Request, book: str, prompt_id: str) -> HttpResponse:
    """Shows all answers to one question, side by side."""
    the_book = _book_or_404(book)
    standing = Standing(the_book, found_or_404(the_book.prompt, prompt_id))
    if not standing.prompt.then_and_now:
        raise Http404
    seen, dated = over_time(*request.journal.owner, standing)
    context = {"standing": standing, "prompt": standing.prompt, "seen": seen, "dated": dated}
    return render(request, "journal/over_time.html", context)


@require_safe
@own_page
def map_back(request: Request, book: str) -> HttpResponse:
    """Shows a book's map as it was at first, and as it is."""
    owner = request.journal.owner
    the_book = _book_or_404(book)
    maps = maps_then_and_now(*owner, the_book, hidden_of(*owner))
    context = {"maps": [_drawn(the_book, number, maps) for number in range(len(maps))]}
    return render(request, "journal/map_back.html", context)


def _drawn(book: Book, number: int, maps: list[MapThen]) -> str:
    one = maps[number]
    title = _("Then, %s") if number == 0 and len(maps) > 1 else _("Now, written %s")
    block = replace(one.block, title=title % day_in_words(one.day), body=NO_TEXT)
    about = {"block": block, "number": number, "level": 2, "book_slug": book.slug}
    return fragment(block.template, about | one.context)


@require_POST
@own_page
def put_aside(request: Request) -> HttpResponse:
    """Hides something, or takes it back: a ``prompt`` or a ``chapter``, named as book/it."""
    owner = request.journal.owner
    hidden = hidden_of(*owner)
    change = hidden.without if request.POST.get("do") == "show again" else hidden.having
    for name in ("prompt", "chapter"):
        slug, _slash, what = request.POST.get(name, "").partition("/")
        if what:
            key = _book_or_404(slug).key
            keep_hidden(*owner, change(f"{name}s", (key, what[:64])))
    return redirect("look-back")
