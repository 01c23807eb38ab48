"""The journal's own pages: everything that was written."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workbook.accounts.access import open_journal_required
from workbook.journal.reading import entries_of
from workbook.vault.sessions import keyring_of

A_PAGE = 50


@require_safe
@never_cache
@open_journal_required
def journal(request: HttpRequest) -> HttpResponse:
    keyring = keyring_of(request)
    assert keyring is not None
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 else 1
    start = (max(page, 1) - 1) * A_PAGE
    found = entries_of(request.user, keyring, start, A_PAGE + 1)
    context = {
        "days": [
            (day, list(written))
            for day, written in groupby(found[:A_PAGE], key=lambda written: written.entry.day)
        ],
        "newer": page - 1 if page > 1 else None,
        "older": page + 1 if len(found) > A_PAGE else None,
    }
    return render(request, "journal/journal.html", context)
