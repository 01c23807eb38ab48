"""The guide's pages: tokens and components on the first, one kind of prompt on each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workbook.journal.entries import refusals
from workbook.journal.entries.refusals import Reason
from workbook.journal.rendering.prompt_form import PromptForm
from workbook.pages.parts import PagePart
from workbook.pages.styleguide import samples
from workbook.prompts.answers import LANE, NOT_TODAY
from workbook.prompts.base import Prompt

THEMES = ("light", "dark")
COLOURS = (
    "paper", "raised", "sunk", "ink", "soft", "hair", "edge", "link", "clay", "fill", "on-fill",
    "help", "on-help", "focus",
)  # fmt: skip
SIZES = ("s", "m", "l", "xl", "xxl", "xxxl")
SPACES = ("near", "gap", "apart", "far")


@dataclass(frozen=True)
class State:
    """One way a prompt can stand on a page: as a question (``part``), or as a ``form``."""

    name: str
    part: PagePart | None = None
    form: PromptForm | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    reason: Reason | None = None


@require_safe
@login_not_required
@never_cache
def styleguide(request: HttpRequest) -> HttpResponse:
    """Shows the style guide: colors, sizes, spaces and the blocks that are read, in every theme."""
    context = {
        "themes": [(theme, list(_shown(number))) for number, theme in enumerate(THEMES)],
        "kinds": _kinds(),
        "colours": COLOURS,
        "sizes": SIZES,
        "spaces": SPACES,
    }
    return render(request, "pages/styleguide/styleguide.html", context)


@require_safe
@login_not_required
@never_cache
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """Shows a kind of prompt in each state and theme; ``kind`` is its slug with hyphens."""
    prompt = samples.sample_of(kind)
    if prompt is None:
        raise Http404
    context = {
        "book": samples.sample_book(),
        "prompt": prompt,
        "themes": [(theme, list(_states(prompt, theme))) for theme in THEMES],
        "kinds": _kinds(),
    }
    return render(request, "pages/styleguide/kind.html", context)


def _kinds() -> list[tuple[str, str]]:
    """Returns the slug, as in addresses, and the name of every kind of prompt."""
    prompts = samples.sample_book().chapters[0].prompts
    return [(samples.slug_of(prompt), prompt.kind) for prompt in prompts]


def _shown(theme: int) -> Iterator[PagePart]:
    """Every block that is read: as it is, and where it shows answers, first without any."""
    # Titles are named by their number, and both themes stand on one page.
    number = 1000 * theme
    for block in samples.shown_blocks():
        for answers in ({}, samples.recalled()) if block.needs() else ({},):
            number += 1
            yield PagePart(block, number, 3, context=block.context(answers))


def _states(prompt: Prompt, theme: str) -> Iterator[State]:
    """Empty, filled, and everything that can come between words and their being kept."""
    answer = samples.answer_of(prompt)
    number = 0

    def named() -> Prompt:
        # A page holds a prompt once; here each state needs names of its own.
        nonlocal number
        number += 1
        return replace(prompt, id=f"{prompt.id}-{theme}-{number}")

    def form(name: str, reason: Reason | None = None, **how: Any) -> State:
        drawn = PromptForm(samples.sample_book(), named(), **how)
        return State(name, form=drawn, extra=extra, reason=reason)

    extra = prompt.context(samples.recalled())
    kept = samples.written(prompt, answer)
    signed_out = named()
    yield State("For who only reads", part=PagePart(signed_out, 0, 3, context=prompt.context({})))
    yield form("Empty")
    yield form("Filled and kept", written=kept, answer=answer)
    if prompt.id in samples.BEFORE:
        yield form("Kept more than once", written=kept, answer=answer, dated=samples.dated(prompt))
    rested = {**answer, LANE: NOT_TODAY}
    yield form("Not today", written=samples.written(prompt, rested), answer=rested)
    older = samples.written(prompt, answer, question="As it was asked before")
    yield form("Answered an earlier wording", written=older, answer=answer)
    too_long = refusals.refused("This is longer than one answer can hold. It is still here.")
    for name, reason in (
        ("Error", too_long),
        ("Locked", refusals.LOCKED),
        ("Signed out meanwhile", refusals.SIGNED_OUT),
        ("Conflict", refusals.STALE),
        ("The site could not keep it", refusals.BUSY),
    ):
        yield form(name, reason, answer=answer)
