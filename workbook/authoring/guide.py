"""The authors' guide: a page of content whose examples are live.

Each piece of code in it that holds a colon block is followed by what a reader sees of it. The
examples are compiled like any chapter, so the guide can't teach what doesn't work.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from workbook.chapters.book import Page, Prose
from workbook.chapters.loader import library
from workbook.pages.parts import PagePart, signed_out_parts
from workbook.pages.shared import shared_when_signed_out
from workbook.prompts.base import Block

SLUG = "authors-guide"
CODE = re.compile(r"<pre><code>(?P<code>.*?)</code></pre>", re.DOTALL)
WHERE = "alongside/01-start-here.md"
"""Where the examples stand as far as their links are concerned."""


@dataclass(frozen=True)
class GuidePiece:
    """A stretch of the page: text, or an example with its parts."""

    text: SafeString | str = ""
    code: str = ""
    parts: tuple[PagePart, ...] = ()


def pieces(blocks: tuple[Block, ...]) -> Iterator[GuidePiece]:
    """Yields the page's text with every example set apart."""
    numbers = count()

    def parts(some: Iterable[Block]) -> tuple[PagePart, ...]:
        # Titles are named by their number, and there is one page for all examples.
        return tuple(replace(part, number=next(numbers)) for part in signed_out_parts(some))

    for block in blocks:
        if not isinstance(block, Prose):
            yield GuidePiece(parts=parts([block]))
            continue
        past = 0
        for match in CODE.finditer(block.html):
            code = html.unescape(match["code"]).strip("\n")
            if not re.search(r"^:::", code, re.MULTILINE):
                continue
            yield GuidePiece(text=mark_safe(block.html[past : match.start()]))
            yield GuidePiece(code=code, parts=parts(compiled(code)))
            past = match.end()
        yield GuidePiece(text=mark_safe(block.html[past:]))


@lru_cache(maxsize=100)
def compiled(code: str) -> tuple[Block, ...]:
    """Returns the blocks of an example; none where it shows what doesn't work."""
    # Most processes never show the guide, and compiling takes 8 MB.
    from workbook.chapters.compiler import compile_chapter

    chapter, _problems = compile_chapter(f"---\ntitle: Example\n---\n\n{code}\n", WHERE)
    return chapter.blocks if chapter else ()


def the_page() -> Page:
    """Returns the guide's page. Raises Http404 where a site has none."""
    for page in library().pages:
        if page.slug == SLUG:
            return page
    raise Http404


@require_safe
@login_not_required
@shared_when_signed_out
def authors(request: HttpRequest) -> HttpResponse:
    """Shows the authors' guide with its examples live."""
    page = the_page()
    context = {"page": page, "pieces": list(pieces(page.blocks))}
    return render(request, "authoring/guide.html", context)
