"""Deleting much at once, and bringing back what was deleted a moment ago."""

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from workbook.accounts.login import has_closed_part
from workbook.journal.access import own_page, owner_of
from workbook.journal.entries import deletion
from workbook.journal.entries.placed import FREE, GONE, part_named
from workbook.journal.entries.versions import NEWEST
from workbook.journal.models import Entry
from workbook.journal.rendering.listing import entries_in, parts_written_in

EVERYTHING = "everything"


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def delete(request: HttpRequest) -> HttpResponse:
    """One part of the journal, or all of it: ``?part=`` chooses it beforehand."""
    owner = owner_of(request)
    if request.method != "POST":
        written_in, has_free, has_gone = parts_written_in(*owner)
        context = {
            "chosen": request.GET.get("part", ""),
            "parts": written_in,
            "has_free": has_free,
            "has_gone": has_gone,
            "going": deletion.going(owner.person),
            "has_closed_part": has_closed_part(owner.person, owner.keyring),
            "backups_forget_days": settings.SITE.backups_forget_days,
        }
        return render(request, "journal/delete.html", context)
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


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def thin(request: HttpRequest) -> HttpResponse:
    """Let go of all but a few earlier versions of each entry, to make room."""
    person, _keyring = owner_of(request)
    if request.method != "POST":
        context = {"newest": NEWEST, "going": deletion.going(person)}
        return render(request, "journal/thin.html", context)
    if deletion.thin_versions(person) is None:
        messages.success(request, _("No entry has more than a few earlier versions."))
    return redirect("journal")


@require_POST
@own_page
def undo(request: HttpRequest) -> HttpResponse:
    person, keyring = owner_of(request)
    try:
        goes_at = parse_datetime(request.POST.get("goes_at", ""))
    except ValueError:
        goes_at = None
    if goes_at and goes_at.tzinfo and deletion.undo(person, keyring, goes_at):
        messages.success(request, _("It is back, as it was."))
    else:
        messages.success(request, _("That was already deleted for good."))
    return redirect("journal")
