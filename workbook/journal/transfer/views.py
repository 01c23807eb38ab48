"""Taking everything along, and bringing it in again."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from functools import wraps
from itertools import chain
from time import thread_time
from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.forms import Form
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from workbook.accounts.access import Request, open_journal_required
from workbook.accounts.events import EventKind, tell
from workbook.accounts.form_page import form_page
from workbook.accounts.models import User
from workbook.accounts.throttles import count_whole_journal
from workbook.crisis.error_pages import error_response
from workbook.journal import reading_position
from workbook.journal.making_room import Full, room_for
from workbook.journal.review import hidden
from workbook.journal.transfer.export.files import chunks, file_name
from workbook.journal.transfer.export.records import Record
from workbook.journal.transfer.import_.checking import Unreadable
from workbook.journal.transfer.import_.importing import Outcome, bring_in, growth_of, most_sealed
from workbook.journal.transfer.import_.reading_json import JournalFile
from workbook.journal.transfer.import_.uploads import MOST_BYTES, InMemory
from workbook.journal.transfer.permits import NotNow, SentWithPermit, WholeJournalPermit, begun
from workbook.vault.keyring import Keyring
from workbook.vault.storage import forget_sum

logger = logging.getLogger(__name__)

MOST_SECONDS = 20.0
"""Of work for one import. Whatever is left of it comes in with the next one."""


def one_at_a_time(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorates views that say kindly that somebody else is first, where they find that out."""

    @wraps(view)
    def answered(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotNow:
            return error_response(
                request,
                503,
                title=_("Please try again in a moment"),
                message=_(
                    "Another whole journal is being downloaded or imported. "
                    "They go one at a time so the site stays fast for everyone. "
                    "Nothing was changed."
                ),
                retry_after=30,
            )

    return answered


class OutOfTime(Exception):
    """A journal that is imported takes more work than there is for one."""


def _export_page(request: Request, form: Form, notice: str = "") -> HttpResponse:
    return render(request, "journal/transfer/export.html", {"notice": notice})


@form_page(_export_page, Form, open_journal_required)
@one_at_a_time
def export(request: Request, form: Form) -> HttpResponseBase:
    """Shows what can be taken along; by POST gives everything, as one zip."""
    person, keyring = request.journal.owner
    with ExitStack() as stack:
        permit = stack.enter_context(closing(WholeJournalPermit()))
        count_whole_journal(person, "export")
        parts = chunks(person, keyring)
        # Begun before the answer is: a database that is busy still gets a page of its own.
        start, is_all = begun(parts)
        response: HttpResponseBase = HttpResponse(start, content_type="application/zip")
        if not is_all:
            pieces = SentWithPermit(permit, chain([start], parts))
            response = StreamingHttpResponse(pieces, content_type="application/zip")
            stack.pop_all()  # It is given back once all is sent.
    name = file_name(person, timezone.now().date())
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    with suppress(DatabaseError):  # A full disk keeps nobody from taking their words along.
        tell(person, EventKind.EXPORT_MADE, keyring)
    return response


def _import_page(
    request: Request, form: Form, notice: str = "", *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"problem": problem, "notice": notice, "most": MOST_BYTES // (1024 * 1024)}
    return render(request, "journal/transfer/import.html", context, status=status)


def received_in_memory(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Asks for a form's token once its upload has a place in memory. Stands below csrf_exempt."""
    protected = csrf_protect(view)

    @wraps(view)
    def receiving(request: Request, *, is_expired: bool = False) -> HttpResponseBase:
        if is_expired:
            return view(request, is_expired=True)
        request.upload_handlers = [InMemory(request)]
        return protected(request)

    return receiving


@csrf_exempt
@form_page(_import_page, Form, open_journal_required, received_in_memory, one_at_a_time)
def import_journal(request: Request, form: Form) -> HttpResponseBase:
    """Brings in what was taken along, here or on another Alongside."""

    def refused(problem: str, status: int = 422) -> HttpResponse:
        return _import_page(request, form, problem=problem, status=status)

    file = request.FILES.get("file")
    if any(isinstance(one, InMemory) and one.is_too_big for one in request.upload_handlers):
        return refused(_("This file is too large to import. Nothing was changed."), 413)
    if file is None or file.file is None:
        return refused(_("Choose a file first."))
    person, keyring = request.journal.owner
    try:
        with closing(WholeJournalPermit()) as permit:
            count_whole_journal(person, "import")
            outcome = _bring_in(person, keyring, JournalFile(file.file), permit)
    except Unreadable as refusal:
        return refused(f"{refusal} {_('Nothing was changed.')}")
    except Full:
        words = _(
            "There isn’t enough room in your account for this journal. Nothing was changed. "
            "Under “Account” you can make room."
        )
        return refused(words)
    except (OutOfTime, DatabaseError) as error:
        # Type only: the statement in the error would hold what is being kept.
        logger.error("A journal could not be brought in: %s", type(error).__name__)
        words = _(
            "The site couldn’t save all of it right now. What was saved stays. "
            "Import the same file again in a moment, and the rest is added. "
            "Nothing is added twice."
        )
        response = refused(words, 503)
        response["Retry-After"] = "30"
        return response
    messages.success(request, in_words(outcome))
    return redirect("export")


def _bring_in(
    person: User, keyring: Keyring, journal: JournalFile, permit: WholeJournalPermit
) -> Outcome:
    """Keeps all that a file adds to a person's journal. Raises Unreadable, Full or OutOfTime."""
    until = thread_time() + MOST_SECONDS
    # Once to the end before anything is kept, so that a damaged file changes nothing.
    try:
        most = sum(map(most_sealed, _in_time(journal.entries(), until, permit)))
    except OutOfTime:
        raise Unreadable(_("It would take too long to read.")) from None
    if not room_for(person, most).holds(most):
        _check_room(person, keyring, journal, permit)
    beside: dict[str, Any] = {}
    try:
        outcome = bring_in(person, keyring, _in_time(journal.entries(beside), until, permit))
    finally:
        forget_sum(person.pk)
    reading_position.bring_in(person, keyring, replace(beside["place"], asked=tuple(outcome.asked)))
    hidden.bring_in(person, keyring, beside["put_aside"])
    return outcome


def _check_room(
    person: User, keyring: Keyring, journal: JournalFile, permit: WholeJournalPermit
) -> None:
    """Raises Full where there is no room for what a journal adds to what is here already.

    In a time of its own: else a large one that comes in by several imports would never go on.
    """
    until = thread_time() + MOST_SECONDS
    try:
        growth = growth_of(person, keyring, _in_time(journal.entries(), until, permit))
    except OutOfTime:
        raise Full(room_for(person)) from None
    if growth and not (room := room_for(person, growth)).holds(growth):
        raise Full(room)


def _in_time(
    records: Iterable[Record], until: float, permit: WholeJournalPermit
) -> Iterator[Record]:
    """Yields records with a sign of life each. Raises OutOfTime where work takes longer than
    ``until``, in seconds of this thread's.
    """
    for record in records:
        permit.renew()
        if thread_time() > until:
            raise OutOfTime
        yield record


def in_words(outcome: Outcome) -> str:
    """Returns what an import did, in one sentence without a number: nothing here is counted."""
    if outcome.new and outcome.joined:
        return _("Imported. Some entries were new, and others here got versions from the file.")
    if outcome.new:
        return _("Imported, with the dates and versions it had.")
    if outcome.joined:
        return _("Imported. Entries that were already here got versions from the file.")
    return _("Everything in this file is here already. Nothing was changed.")
