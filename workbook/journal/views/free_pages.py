"""Writing a page of one's own."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workbook.accounts.access import Request
from workbook.journal.access import own_page
from workbook.journal.entries.free_pages import free_page, page_form
from workbook.journal.entries.store import today_of
from workbook.journal.models import Entry


@require_safe
@own_page
def new_page(request: Request) -> HttpResponse:
    """A blank page. Nothing is kept of it until something is written."""
    person = request.journal.owner.person
    form = page_form(person, uuid.uuid4(), day=today_of(person))
    return render(request, "journal/page.html", {"form": form})


@require_safe
@own_page
def old_page(request: Request, ident: uuid.UUID) -> HttpResponse:
    person, keyring = request.journal.owner
    try:
        written = free_page(person, keyring, ident)
    except Entry.DoesNotExist:
        raise Http404 from None
    if written.is_damaged:
        raise Http404
    return render(request, "journal/page.html", {"form": page_form(person, ident, written)})
