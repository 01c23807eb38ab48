"""A chapter on paper: a worksheet to write on, blank unless its reader wants their answers in."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from workbook.accounts.access import Request, locked_response
from workbook.chapters.book import Book, Chapter, NoSuchPrompt
from workbook.chapters.loader import library
from workbook.journal.access import found_or_404
from workbook.journal.entries.content import Written
from workbook.journal.entries.queries import answers_for
from workbook.journal.rendering.prompt_form import EARLIER_SHOWN
from workbook.journal.review.recall import prompts_of, recalled_in
from workbook.pages.parts import PagePart, signed_out_parts
from workbook.pages.shared import shared_when_signed_out
from workbook.prompts.base import Block, Prompt
from workbook.prompts.display import Display
from workbook.prompts.registry import show
from workbook.web.fragments import fragment

Answers = dict[str, list[Written]]


@dataclass(frozen=True)
class OnPaper:
    """One block as the worksheet shows it.

    Attributes:
        written: the reader's answers to a prompt, newest first; empty where there is room to write.
        is_kept_out: there is an answer, and it was not chosen for paper.
        to_copy: for a block that shows earlier answers and has none to show: their questions.
    """

    book: Book
    part: PagePart
    written: tuple[Written, ...] = ()
    is_kept_out: bool = False
    to_copy: tuple[str, ...] = ()

    @property
    def room(self) -> SafeString:
        """Where to write by hand: in the kind's own form, or else what it offers and some lines."""
        prompt = self.part.block
        if not isinstance(prompt, Prompt):
            raise TypeError("Only a prompt is written on.")
        own = {"prompt": prompt, "book": self.book}
        context = {**self.part.context, **prompt.fields({}), **own}
        return fragment([f"pages/paper/{prompt.slug()}.html", "pages/paper/_any.html"], context)


def on_paper(
    book: Book, blocks: Iterable[Block], answers: Answers, chosen: Collection[str]
) -> list[OnPaper]:
    """The blocks with the answers given; those of sensitive prompts only where chosen by id."""
    blocks = tuple(blocks)
    prompts = prompts_of(book, blocks)
    kept_out = {p.id for p in prompts.values() if p.sensitive and p.id not in chosen}
    shown = {ident: found for ident, found in answers.items() if ident not in kept_out}
    recalled = recalled_in(book, blocks, shown)
    sheet = []
    for part in signed_out_parts(blocks):
        block = part.block
        part = replace(part, context=block.context(recalled))
        if isinstance(block, Prompt):
            own = [written for written in shown.get(block.id, []) if _says_something(written)]
            limit = EARLIER_SHOWN if block.repeat else 1
            afterward = [written for written in own if written.is_afterward]
            own = [written for written in own if not written.is_afterward][:limit]
            is_kept_out = block.id in kept_out and block.id in answers
            sheet.append(OnPaper(book, part, (*own, *afterward), is_kept_out))
        else:
            is_blank = not any(ident in recalled for ident in block.needs())
            to_copy = tuple(_questions(book, block)) if is_blank else ()
            sheet.append(OnPaper(book, part, to_copy=to_copy))
    return sheet


def _questions(book: Book, block: Block) -> Iterable[str]:
    """What the answers were to that a block shows again, in the order it asks for them."""
    for ident in block.needs():
        # Its chapter may be left out for now.
        with suppress(NoSuchPrompt):
            yield book.prompt(ident).prompt.question.plain


def _says_something(written: Written) -> bool:
    return not written.is_damaged and show(written.kind, written.answer, None) != Display()


def _found(book: str, chapter: str) -> tuple[Book, Chapter]:
    shelf = found_or_404(library().book, book)
    return shelf, found_or_404(shelf.chapter, chapter)


def _page(
    request: Request,
    found: tuple[Book, Chapter],
    answers: Answers | None = None,
    chosen: Collection[str] = (),
) -> HttpResponse:
    book, chapter = found
    context = {
        "book": book,
        "chapter": chapter,
        "sheet": on_paper(book, chapter.blocks, answers or {}, chosen),
        "keyring_is_open": request.journal.is_open,
        "is_filled": answers is not None,
        # What another chapter's sensitive prompt holds can be chosen as well, where it is shown.
        "sensitive": [p for p in prompts_of(book, chapter.blocks).values() if p.sensitive],
        "chosen": chosen,
    }
    return render(request, "pages/print.html", context)


@shared_when_signed_out
def _blank(request: Request, book: str, chapter: str) -> HttpResponse:
    return _page(request, _found(book, chapter))


@never_cache
def _filled(request: Request, book: str, chapter: str) -> HttpResponse:
    found = _found(book, chapter)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('login')}?next={request.path}")
    if not request.journal.is_open:
        return locked_response(request)
    wanted = prompts_of(found[0], found[1].blocks).values()
    answers = answers_for(*request.journal.owner, found[0], wanted, with_afterward=True)
    return _page(request, found, answers, frozenset(request.POST.getlist("sensitive")))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def chapter_print(request: Request, book: str, chapter: str) -> HttpResponseBase:
    """Blank for anyone by GET; with the reader's own answers where they ask for it by POST."""
    if request.method == "POST":
        return _filled(request, book, chapter)
    return _blank(request, book, chapter)
