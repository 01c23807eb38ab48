"""One entry on a page of its own: its day, its earlier versions, and the way to delete it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbook.accounts.access import Owner, Request
from workbook.journal.access import own_page
from workbook.journal.entries import deletion, restoring
from workbook.journal.entries.conflicts import choice_between
from workbook.journal.entries.content import Written
from workbook.journal.entries.fields import day_in
from workbook.journal.entries.merging import CantJoin
from workbook.journal.entries.queries import opened
from workbook.journal.entries.store import Stale
from workbook.journal.entries.versions import Earlier, version_of, versions_of
from workbook.journal.making_room import Full
from workbook.journal.models import EarlierVersion, Entry
from workbook.journal.rendering.listing import listed
from workbook.journal.rendering.prompt_form import number_in
from workbook.prompts.answers import Refused
from workbook.vault.sealing import Closed, Damaged


def entry_or_404(owner: Owner, ident: UUID) -> Written:
    """The person's own; anybody else's is nothing at all. So is one whose key isn't held."""
    try:
        return opened(
            Entry.objects.filter(user=owner.person, id=ident).staying().get(), owner.keyring
        )
    except (Entry.DoesNotExist, Closed):
        raise Http404 from None


def _version_or_404(owner: Owner, written: Written, ident: UUID) -> Earlier:
    try:
        version = version_of(owner.keyring, written.entry, ident)
    except EarlierVersion.DoesNotExist:
        raise Http404 from None
    return version


@require_safe
@own_page
def entry(request: Request, ident: UUID) -> HttpResponse:
    owner = request.journal.owner
    return _entry_page(request, owner, entry_or_404(owner, ident))


def _entry_page(
    request: Request, owner: Owner, written: Written, problem: str = ""
) -> HttpResponse:
    context = {
        "shown": listed(written, whole=True),
        "versions": versions_of(owner.keyring, written.entry),
        "going": deletion.going(owner.person),
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "journal/entry.html", context, status=status)


@require_POST
@own_page
def entry_day(request: Request, ident: UUID) -> HttpResponse:
    """Set the day an entry belongs to, such as that of words first written on paper."""
    owner = request.journal.owner
    written = entry_or_404(owner, ident)
    day = day_in(request.POST.get("day", "").strip())
    if day is None:
        words = _("That date doesn’t exist. Write it as year, month and day: 2025-03-31.")
        return _entry_page(request, owner, written, words)
    try:
        restoring.set_day(*owner, ident, day)
    except Entry.DoesNotExist:
        raise Http404 from None
    except Damaged:
        words = _("This entry can’t be read, so its date stays as it is.")
        return _entry_page(request, owner, written, words)
    messages.success(request, _("The date is saved."))
    return redirect("entry", ident)


@require_POST
@own_page
def entry_delete(request: Request, ident: UUID) -> HttpResponse:
    owner = request.journal.owner
    entry_or_404(owner, ident)
    wait = deletion.LATER if request.POST.get("when") == "later" else deletion.UNDO
    deletion.delete(*owner, Entry.objects.filter(id=ident), wait)
    return redirect("journal")


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def version(request: Request, ident: UUID, version_id: UUID) -> HttpResponse:
    """A version beside what is kept now, and what to do with it."""
    owner = request.journal.owner
    written = entry_or_404(owner, ident)
    chosen = _version_or_404(owner, written, version_id)
    if request.method != "POST":
        return _version_page(request, written, chosen)
    try:
        return _decide(request, owner, written, chosen)
    except Stale as stale:
        words = _(
            "This answer changed in the meantime, so nothing was done yet. Please look again."
        )
        return _version_page(request, stale.current, chosen, words)
    except (CantJoin, Refused):
        words = _("The two together are too long for one answer. Nothing was changed.")
        return _version_page(request, written, chosen, words)
    except Full:
        words = _(
            "Your journal has no room left to keep both. Nothing was changed. Under “Account” you "
            "can make some."
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
    person, keyring = owner
    what = request.POST.get("do", "")
    seen = number_in(request.POST, "version")
    if what == "delete":
        deletion.delete_version(person, written.entry, version.row)
        return redirect("entry", written.entry.id)
    if what == "leave":
        restoring.leave(written.entry, version)
        messages.success(
            request, _("The saved one stays. The other version is with the earlier ones.")
        )
    elif written.is_damaged or version.is_damaged or version.is_closed:
        return _version_page(request, written, version, _("It can’t be read, so it stays."))
    elif what == "bring-back":
        restoring.bring_back(person, keyring, written.entry, version, seen)
        messages.success(
            request, _("It’s back. What was there before is with the earlier versions.")
        )
    elif what == "keep-both":
        restoring.keep_both(person, keyring, written.entry, version, seen)
        messages.success(request, _("Both are in it now, one under the other."))
    home = listed(written).home
    return redirect(home) if home else redirect("entry", written.entry.id)
