"""Deleting much at once, and bringing back what was deleted a moment ago."""

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workbook.accounts.access import Request
from workbook.accounts.form_page import form_page
from workbook.accounts.login import has_closed_part
from workbook.journal.access import own_page
from workbook.journal.entries import deletion
from workbook.journal.entries.placed import FREE, GONE, part_named
from workbook.journal.entries.versions import NEWEST
from workbook.journal.models import Entry
from workbook.journal.rendering.listing import entries_in, parts_written_in

EVERYTHING = "everything"


def _delete_page(request: Request, form: Form, notice: str = "") -> HttpResponse:
    owner = request.journal.owner
    written_in, has_free, has_gone = parts_written_in(*owner)
    context = {
        "notice": notice,
        "chosen": request.GET.get("part", ""),
        "parts": written_in,
        "has_free": has_free,
        "has_gone": has_gone,
        "going": deletion.going(owner.person),
        "has_closed_part": has_closed_part(owner.person, owner.keyring),
        "backups_forget_days": settings.SITE.backups_forget_days,
    }
    return render(request, "journal/delete.html", context)


@form_page(_delete_page, Form, own_page)
def delete(request: Request, form: Form) -> HttpResponse:
    """Deletes one part of the journal, or all of it: ``?part=`` chooses it beforehand."""
    owner = request.journal.owner
    what = request.POST.get("part", "")
    if what == EVERYTHING:
        entries: QuerySet[Entry] = Entry.objects.filter(user=owner.person)
    elif what in {FREE, GONE} or part_named(owner.keyring, what):
        entries = entries_in(*owner, what)
    else:
        raise Http404
    wait = deletion.LATER if request.POST.get("when") == "later" else deletion.UNDO
    deletion.delete(*owner, entries, wait)
    return redirect("journal")


def _thin_page(request: Request, form: Form, notice: str = "") -> HttpResponse:
    going = deletion.going(request.journal.person)
    context = {"notice": notice, "newest": NEWEST, "going": going}
    return render(request, "journal/thin.html", context)


@form_page(_thin_page, Form, own_page)
def thin(request: Request, form: Form) -> HttpResponse:
    """Lets go of all but a few earlier versions of each entry, to make room."""
    if deletion.thin_versions(request.journal.person) is None:
        messages.success(request, _("No entry has more than a few earlier versions."))
    return redirect("journal")


@require_POST
@own_page
def undo(request: Request) -> HttpResponse:
    """Brings back what was deleted a moment ago."""
    person, keyring = request.journal.owner
    try:
        goes_at = parse_datetime(request.POST.get("goes_at", ""))
    except ValueError:
        goes_at = None
    if goes_at and goes_at.tzinfo and deletion.undo(person, keyring, goes_at):
        messages.success(request, _("It is back, as it was."))
    else:
        messages.success(request, _("That was already deleted for good."))
    return redirect("journal")
