"""Saving one answer. Whatever is wrong, the words come back in a form that can be sent again."""

import datetime
import logging
import uuid
from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from workbook.chapters.book import Book, NoSuchBook, NoSuchPrompt, Placed
from workbook.chapters.loader import library
from workbook.journal import reasons
from workbook.journal.forms import PromptForm, home_of, is_writer, posted_form, prompt_form
from workbook.journal.reading import answers_for
from workbook.journal.reasons import Reason
from workbook.journal.recalling import prompts_of, recalled_in
from workbook.journal.writing import Stale, write
from workbook.prompts.answers import Refused, plain
from workbook.prompts.base import Prompt
from workbook.safety.kind import kind_page
from workbook.vault.sessions import keyring_of

logger = logging.getLogger(__name__)

NOT_WORDS = {"writer", "version", "occurrence", "csrfmiddlewaretoken"} | {
    "do", "lane", "kind", "asked",
}  # fmt: skip
LONGEST_QUESTION = 128 * 1024  # as long as the longest file it can come from


@require_POST
@login_not_required
@never_cache
@csrf_exempt  # The form's writer mark proves where it comes from; see journal.forms.writer_of.
def save_answer(request: HttpRequest, book: str, prompt_id: str) -> HttpResponse:
    try:
        data = request.POST
    except (RequestDataTooBig, TooManyFieldsSent):
        return kind_page(request, 413)
    try:
        shelf = library().book(book)
        placed = shelf.prompt(prompt_id)
    except (NoSuchBook, NoSuchPrompt):
        return _words_page(request, data, reasons.UNKNOWN)
    if data.get("kind", placed.prompt.kind) != placed.prompt.kind:
        # These fields mean nothing to the question as it is now: read by it they would be lost.
        return _changed_page(request, shelf, placed, data)
    try:
        answer = placed.prompt.clean(data)
    except Refused as refusal:
        form = posted_form(shelf, placed.prompt, data, refusal.answer, None)
        return _answer_page(request, placed, form, reasons.refused(str(refusal)))
    form = posted_form(shelf, placed.prompt, data, answer, None)
    try:
        return _save(request, shelf, placed, form)
    except Stale as stale:
        form = replace(form, written=stale.current)
        return _answer_page(request, placed, form, reasons.STALE)
    except DatabaseError as error:
        # Type only: the statement in the error would hold what is being saved.
        logger.error("An answer could not be kept: %s", type(error).__name__)
        return _answer_page(request, placed, form, reasons.BUSY)


def _save(request: HttpRequest, book: Book, placed: Placed, form: PromptForm) -> HttpResponse:
    person = request.user
    if not person.is_authenticated:
        return _answer_page(request, placed, form, reasons.SIGNED_OUT)
    if not is_writer(person, form.writer):
        return _answer_page(request, placed, form, reasons.OTHER_WRITER)
    keyring = keyring_of(request)
    if keyring is None:
        return _answer_page(request, placed, form, reasons.LOCKED)
    written = write(
        person,
        keyring,
        book,
        placed.prompt,
        form.answer,
        expected=_number(request.POST.get("version", "")),
        occurrence=_occurrence(placed.prompt, form.occurrence),
        asked=plain(request.POST.get("asked"))[:LONGEST_QUESTION],
    )
    if not request.htmx:
        return redirect(home_of(book, placed, written.occurrence))
    form = replace(form, written=written, answer=written.answer)
    looks_back = placed.prompt.repeat and placed.prompt.then_and_now
    is_redrawn = request.htmx.target == f"prompt-{placed.prompt.id}"
    if not (is_redrawn or looks_back):
        return render(request, "journal/_status.html", {"form": form, "answers_htmx": True})
    answers = answers_for(person, keyring, book, prompts_of(book, (placed.prompt,)).values())
    entries = answers.get(placed.prompt.id, [])
    form = prompt_form(person, book, placed.prompt, entries, written.occurrence)
    if not is_redrawn:
        return render(request, "journal/_status.html", {"form": form, "answers_htmx": True})
    recalled = recalled_in(book, (placed.prompt,), answers)
    context = {"form": form, "extra": placed.prompt.context(recalled), "redrawn": True}
    return render(request, "journal/_prompt.html", context)


def _changed_page(
    request: HttpRequest, book: Book, placed: Placed, data: QueryDict
) -> HttpResponse:
    if not request.htmx:
        return _words_page(request, data, reasons.CHANGED, home_of(book, placed))
    form = posted_form(book, placed.prompt, data, {}, None)
    return _answer_page(request, placed, form, reasons.CHANGED)


def _answer_page(
    request: HttpRequest, placed: Placed, form: PromptForm, reason: Reason
) -> HttpResponse:
    """The status for a page whose script asked, else the words in a fresh form."""
    context = {"form": form, "reason": reason, "home": home_of(form.book, placed)}
    template = "journal/_status.html" if request.htmx else "journal/answer.html"
    return _with_reason(request, template, context, reason)


def _words_page(
    request: HttpRequest, data: QueryDict, reason: Reason, home: str = ""
) -> HttpResponse:
    """The same where no form fits: every word that was posted, to be copied, or else resent."""
    fields = [
        (name, value)
        for name, values in data.lists()
        for value in values
        if name not in NOT_WORDS and value.strip()
    ]
    hidden = [(name, data[name]) for name in sorted(NOT_WORDS & set(data))]
    context = {"reason": reason, "fields": fields, "hidden": hidden, "home": home}
    template = "journal/_not_saved.html" if request.htmx else "journal/words.html"
    return _with_reason(request, template, context, reason)


def _with_reason(
    request: HttpRequest, template: str, context: dict[str, object], reason: Reason
) -> HttpResponse:
    response = render(request, template, context, status=reason.status)
    if reason.retry_after:
        response["Retry-After"] = str(reason.retry_after)
    return response


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _occurrence(prompt: Prompt, posted: str) -> str:
    """Which entry of a repeated prompt: a date or a UUID as the form carried it, else a new one."""
    if prompt.repeat == "daily":
        try:
            return datetime.date.fromisoformat(posted).isoformat()
        except ValueError:
            return datetime.datetime.now(datetime.UTC).date().isoformat()
    if prompt.repeat == "any":
        try:
            return str(uuid.UUID(posted))
        except ValueError:
            return str(uuid.uuid4())
    return ""
