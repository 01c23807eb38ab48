"""A prompt's form, drawn once for all whose form looks alike, with what is a reader's own put in.

The template is drawn with a :class:`PromptForm`, or instead with a :class:`FormOutline`, which
has a place for each value of a reader's own (see :mod:`workbook.web.fragments`).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from workbook.chapters.book import Book
from workbook.journal.rendering.prompt_form import PromptForm
from workbook.prompts.base import Prompt
from workbook.prompts.templatetags.prompts import controls
from workbook.web.fragments import Placeholder, Stencil

TEMPLATE = "journal/_prompt.html"
NO_ENTRY = UUID(int=0)


def entry_place(ident: Placeholder) -> SafeString:
    """The address of an entry's own page, with a place for its id."""
    return SafeString(reverse("entry", args=[NO_ENTRY]).replace(str(NO_ENTRY), ident))


class _FormLook(NamedTuple):
    """All in which forms differ that are drawn alike. Nothing here says what anybody wrote."""

    book: Book
    prompt: Prompt
    is_saved: bool
    has_time: bool
    has_apart: bool
    has_occurrence: bool
    is_not_today: bool
    is_hidden: bool


class FormOutline(_FormLook):
    """Named as in the form."""

    __slots__ = ()

    controls = Placeholder("controls")
    version = Placeholder("version")
    entry_id = Placeholder("entry_id")
    writer = Placeholder("writer")
    page = Placeholder("page")
    saved_at = Placeholder("saved_at")
    saved_on = Placeholder("saved_on")
    follow_up = (Placeholder("follow_up"),)

    @property
    def address(self) -> str:
        return reverse("save-answer", args=[self.book.slug, self.prompt.id])

    @property
    def entry_address(self) -> SafeString:
        return entry_place(self.entry_id)

    @property
    def occurrence(self) -> str:
        return Placeholder("occurrence") if self.has_occurrence else ""

    # What some forms show besides; those are drawn as they are.
    ident = None
    settles = None
    look_back = None
    earlier = ()
    is_otherwise = False


def drawn(form: PromptForm, extra: Mapping[str, Any]) -> SafeString:
    """A form with nothing in it but what is kept. ``extra`` is what the block's context gave."""
    if form.earlier or form.is_otherwise or form.look_back:
        return render_to_string(TEMPLATE, {"form": form, "extra": extra})
    outline = FormOutline(
        form.book,
        form.prompt,
        is_saved=form.is_saved,
        has_time=form.has_time,
        has_apart=form.has_apart,
        has_occurrence=bool(form.occurrence),
        is_not_today=form.is_not_today,
        is_hidden=form.is_hidden,
    )
    own = {
        "controls": controls(form.prompt, form.answer, extra, book_slug=form.book.slug, keeps=True),
        "version": form.version,
        "entry_id": form.entry_id,
        "writer": form.writer,
        "page": form.page,
        "occurrence": form.occurrence,
        "saved_at": form.saved_at,
        "saved_on": form.saved_on,
        "follow_up": SafeString("".join(map(conditional_escape, form.follow_up))),
    }
    return _stencil.drawn({"form": outline}).fill(own)


_stencil = Stencil.of(TEMPLATE)
