"""Everything that was written: by day, by chapter, and searched."""

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from workbook.accounts.access import Owner, Request
from workbook.accounts.form_page import form_page
from workbook.accounts.login import has_closed_part
from workbook.journal import as_left
from workbook.journal.access import own_page, paced
from workbook.journal.entries import deletion
from workbook.journal.entries.placed import FREE, GONE, part_named
from workbook.journal.entries.search import MOST_LETTERS, Hit, Search, SearchMark, find, marked
from workbook.journal.rendering.listing import (
    ListedEntry,
    a_page,
    all_pages,
    by_day,
    entries_in,
    listed,
    parts_written_in,
)
from workbook.journal.rendering.prompt_form import number_in
from workbook.prompts.registry import answered_kinds
from workbook.vault.storage import room_of
from workbook.web.rate_limits import RateLimit

TITLES = {
    FREE: _("Pages of your own"),
    GONE: _("Questions that are no longer in the book"),
}


class SearchForm(forms.Form):
    """Words and bounds to look for. By POST: addresses are remembered, and logged by others."""

    words = forms.CharField(
        label=_("Search for"), required=False, strip=False, max_length=MOST_LETTERS
    )
    part = forms.ChoiceField(label=_("Where"), required=False)
    kind = forms.ChoiceField(label=_("Kind of question"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    start = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: Any, owner: Owner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        written_in, has_free, has_gone = parts_written_in(*owner)
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            ("", _("Everywhere")),
            *((part.slug, part.title) for part in written_in),
            *([(FREE, TITLES[FREE])] if has_free else []),
            *([(GONE, TITLES[GONE])] if has_gone else []),
        ]
        kinds = [("", _("Any"))] + [(kind, kind.capitalize()) for kind in answered_kinds()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def search(self) -> Search:
        """Returns the search that the form asks for, without fields that can't be understood."""
        given = self.cleaned_data
        return Search(**{name: given[name] for name in SEARCHED if given.get(name)})


SEARCHES = RateLimit(burst=60, seconds=2)
SEARCHED = ("words", "part", "kind", "since", "until")


@require_safe
@own_page
def journal(request: Request) -> HttpResponse:
    """Lists entries by day; ``?by=chapter`` chapters that hold words, ``?part=`` one of them."""
    owner = request.journal.owner
    if "part" in request.GET:
        return _part_page(request, owner, request.GET["part"])
    if request.GET.get("by") == "chapter":
        written_in, has_free, has_gone = parts_written_in(*owner)
        context = {"parts": written_in, "has_free": has_free, "has_gone": has_gone}
        return render(request, "journal/chapters.html", context)
    page = max(number_in(request.GET, "page"), 1)
    written, has_more = all_pages(*owner, page)
    context = {
        "days": by_day(written),
        **_around(page, has_more),
        "going": deletion.going(owner.person),
        "room": room_of(owner.person.pk),
        "has_closed_part": has_closed_part(owner.person, owner.keyring),
        "is_amiss": not as_left.is_as_left(request, owner.keyring),
    }
    return render(request, "journal/journal.html", context)


def _around(page: int, has_more: bool) -> dict[str, int | None]:
    """Returns the numbers of the pages before and after one."""
    return {"newer": page - 1 if page > 1 else None, "older": page + 1 if has_more else None}


@require_POST
@own_page
def take_as_is(request: Request) -> HttpResponse:
    """Goes on from what is here, once the reader has seen that it isn't as it was left."""
    as_left.take_as_is(request.journal.owner.keyring)
    messages.success(request, _("From now on, your journal counts as it is here."))
    return redirect("journal")


def _part_page(request: Request, owner: Owner, slug: str) -> HttpResponse:
    part = part_named(owner.keyring, slug)
    if part is None and slug not in TITLES:
        raise Http404
    page = max(number_in(request.GET, "page"), 1)
    written, has_more = a_page(entries_in(*owner, slug), owner.keyring, page)
    context = {
        "slug": slug,
        "part": part,
        "title": part.title if part else TITLES[slug],
        "days": by_day(written),
        **_around(page, has_more),
    }
    return render(request, "journal/part.html", context)


def _search_form(request: Request, **options: Any) -> SearchForm:
    return SearchForm(owner=request.journal.owner, **options)


def _search_page(
    request: Request, form: SearchForm, notice: str = "", **found: object
) -> HttpResponse:
    return render(request, "journal/search.html", {"form": form, "notice": notice, **found})


@form_page(_search_page, _search_form, own_page, paced(SEARCHES, "words"))
def search(request: Request, form: SearchForm) -> HttpResponse:
    """Searches; by GET shows the empty form, where one comes back to after a lock or a reload."""
    form.is_valid()
    asked = form.search()
    if asked == Search():
        return _search_page(request, form)
    start = SearchMark.read(form.cleaned_data.get("start", ""))
    found = find(*request.journal.owner, asked, start)
    results = [_result(hit, asked) for hit in found.hits]
    return _search_page(request, form, results=results, start=start, further=found.further)


class Result(NamedTuple):
    """An entry that matches, with where it does."""

    shown: ListedEntry
    heading: SafeString
    excerpts: list[SafeString]


def _result(hit: Hit, asked: Search) -> Result:
    shown = listed(hit.written)
    return Result(shown, marked(shown.heading, asked.terms), hit.excerpts)
