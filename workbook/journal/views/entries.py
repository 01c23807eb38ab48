"""One entry on a page of its own: its day, its versions, how to delete it; and free pages."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbook.accounts.access import Owner, Request
from workbook.journal.access import found_or_404, own_page
from workbook.journal.entries import deletion, restoring
from workbook.journal.entries.conflicts import choice_between
from workbook.journal.entries.content import Written
from workbook.journal.entries.fields import day_in
from workbook.journal.entries.free_pages import free_page, page_form
from workbook.journal.entries.merging import CantJoin
from workbook.journal.entries.queries import opened
from workbook.journal.entries.store import Stale, today_of
from workbook.journal.entries.versions import Earlier, version_of, versions_of
from workbook.journal.making_room import Full
from workbook.journal.models import Entry
from workbook.journal.rendering.listing import listed
from workbook.journal.rendering.prompt_form import number_in
from workbook.prompts.answers import Refused
from workbook.vault.sealing import Damaged


def entry_or_404(owner: Owner, ident: UUID) -> Written:
    """Returns a person's own entry. Raises Http404 for any other, and where its key isn't held."""
    mine = Entry.objects.filter(user=owner.person, id=ident).staying()
    return found_or_404(opened, found_or_404(mine.get), owner.keyring)


@require_safe
@own_page
def entry(request: Request, ident: UUID) -> HttpResponse:
    """Shows one entry with its earlier versions."""
    return _entry_page(request, entry_or_404(request.journal.owner, ident))


def _entry_page(request: Request, written: Written, problem: str = "") -> HttpResponse:
    person, keyring = request.journal.owner
    context = {
        "shown": listed(written, whole=True),
        "versions": versions_of(keyring, written.entry),
        "going": deletion.going(person),
        "problem": problem,
    }
    return render(request, "journal/entry.html", context, status=422 if problem else 200)


@require_POST
@own_page
def entry_day(request: Request, ident: UUID) -> HttpResponse:
    """Sets the day an entry belongs to, such as that of words first written on paper."""
    owner = request.journal.owner
    written = entry_or_404(owner, ident)
    day = day_in(request.POST.get("day", "").strip())
    if day is None:
        words = _("That date doesn’t exist. Write it as year, month and day: 2025-03-31.")
        return _entry_page(request, written, words)
    try:
        found_or_404(restoring.set_day, *owner, ident, day)
    except Damaged:
        words = _("This entry can’t be read, so its date stays as it is.")
        return _entry_page(request, written, words)
    messages.success(request, _("The date is saved."))
    return redirect("entry", ident)


@require_POST
@own_page
def entry_delete(request: Request, ident: UUID) -> HttpResponse:
    """Deletes an entry, at once or in a week."""
    owner = request.journal.owner
    entry_or_404(owner, ident)
    wait = deletion.LATER if request.POST.get("when") == "later" else deletion.UNDO
    deletion.delete(*owner, Entry.objects.filter(id=ident), wait)
    return redirect("journal")


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def version(request: Request, ident: UUID, version_id: UUID) -> HttpResponse:
    """Shows a version beside what is kept now, and does with it what its reader decides."""
    owner = request.journal.owner
    written = entry_or_404(owner, ident)
    chosen = found_or_404(version_of, owner.keyring, written.entry, version_id)
    if request.method != "POST":
        return _version_page(request, written, chosen)
    try:
        return found_or_404(_decide, request, owner, written, chosen)
    except Stale as stale:
        written = stale.current
        words = _(
            "This answer changed in the meantime, so nothing was done yet. Please look again."
        )
    except (CantJoin, Refused):
        words = _("The two together are too long for one answer. Nothing was changed.")
    except Full:
        words = _(
            "Your journal has no room left to keep both. Nothing was changed. "
            "Under “Account” you can make some."
        )
    return _version_page(request, written, chosen, words)


def _version_page(
    request: Request, written: Written, version: Earlier, problem: str = ""
) -> HttpResponse:
    can_compare = not (written.is_damaged or version.is_damaged or version.is_closed)
    context = {
        "shown": listed(written),
        "version": version,
        "choice": choice_between(written, version) if can_compare else None,
        "problem": problem,
    }
    return render(request, "journal/version.html", context, status=409 if problem else 200)


def _decide(request: Request, owner: Owner, written: Written, version: Earlier) -> HttpResponse:
    """Does what was posted. Raises Stale, CantJoin, Refused or Full, and then nothing was done."""
    entry, what = written.entry, request.POST.get("do", "")
    if what == "delete":
        deletion.delete_version(owner.person, entry, version.row)
        return redirect("entry", entry.id)
    if what == "leave":
        restoring.leave(entry, version)
    elif written.is_damaged or version.is_damaged or version.is_closed:
        return _version_page(request, written, version, _("It can’t be read, so it stays."))
    elif what in {"bring-back", "keep-both"}:
        expected, keeps_both = number_in(request.POST, "version"), what == "keep-both"
        restoring.bring_back(*owner, entry, version, expected, keeps_both=keeps_both)
    if what in DONE:
        messages.success(request, DONE[what])
    home = listed(written).home
    return redirect(home) if home else redirect("entry", entry.id)


DONE = {
    "leave": gettext_lazy("The saved one stays. The other version is with the earlier ones."),
    "bring-back": gettext_lazy("It’s back. What was there before is with the earlier versions."),
    "keep-both": gettext_lazy("Both are in it now, one under the other."),
}


@require_safe
@own_page
def new_page(request: Request) -> HttpResponse:
    """Shows a blank page. Nothing is kept of it until something is written."""
    person = request.journal.person
    form = page_form(person, uuid4(), day=today_of(person))
    return render(request, "journal/page.html", {"form": form})


@require_safe
@own_page
def old_page(request: Request, ident: UUID) -> HttpResponse:
    """Shows a page of one's own to be gone on with."""
    person, keyring = request.journal.owner
    written = found_or_404(free_page, person, keyring, ident)
    if written.is_damaged:
        raise Http404
    return render(request, "journal/page.html", {"form": page_form(person, ident, written)})
