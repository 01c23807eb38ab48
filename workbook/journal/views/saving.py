"""Saving words. Whatever is wrong, they come back in a form that can be sent again."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from workbook.accounts.access import Request
from workbook.accounts.client_address import networks_of
from workbook.accounts.throttles import throttled_page
from workbook.chapters.book import NoSuchBook, NoSuchPrompt
from workbook.chapters.loader import library
from workbook.crisis.error_pages import error_page
from workbook.journal.entries import refusals
from workbook.journal.entries.conflicts import choice_between, with_title
from workbook.journal.entries.free_pages import posted_page
from workbook.journal.entries.queries import answers_for
from workbook.journal.entries.refusals import Reason
from workbook.journal.entries.store import Stale, keep, zone_of
from workbook.journal.long_forms import read_long_form
from workbook.journal.making_room import Full
from workbook.journal.rendering.prompt_form import (
    PromptForm,
    is_writer,
    posted_form,
    prompt_form,
    was_writer,
    writer_of,
)
from workbook.journal.rendering.unsaved import with_reason, words_page
from workbook.journal.review.recall import prompts_of, recalled_in
from workbook.prompts.answers import Answer, Refused, TooMany
from workbook.prompts.registry import as_text
from workbook.web.origins import is_own_page
from workbook.web.rate_limits import RateLimit

logger = logging.getLogger(__name__)

_strangers = tuple(RateLimit(60 * 4**ring, 1 / 4**ring) for ring in range(3))
"""For each of a sender's networks: so many saves of the signed out, who only get their words back.
A room full of people whose sessions have ended goes on trying by itself for a while.
"""

View = Callable[..., HttpResponse]


def _wait_of_stranger(request: Request) -> int:
    """Returns the seconds until a save of somebody signed out is looked at; 0: now."""
    waits = (
        limit.wait(network)
        for network, limit in zip(networks_of(request), _strangers, strict=False)
    )
    return max(waits)


def takes_words(home: str) -> Callable[[View], View]:
    """Decorates views that words are posted to; they get the posted fields besides the request.

    They let everyone in: the words must come back to whoever is not let any further, and the form's
    writer mark proves where it comes from. What another site sends is not read, as far as the
    browser says so.

    ``home`` is the view, of the same arguments, that has the form; to be there is all a GET wants.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def taking(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                # Somebody comes back to this address: by a reload, or after a lock in between.
                answer: HttpResponse = redirect(home, *args, **kwargs)
                return answer
            if is_own_page(request) is False:
                return error_page(request, 403)
            # Who it is comes first: nobody's form is cheap to refuse while it is unread.
            if not request.user.is_authenticated and (seconds := _wait_of_stranger(request)):
                return throttled_page(request, seconds)
            try:
                data = read_long_form(request)
            except (RequestDataTooBig, TooManyFieldsSent):
                return error_page(request, 413)
            return view(request, data, *args, **kwargs)

        methods = require_http_methods(["GET", "HEAD", "POST"])
        marked: View = methods(login_not_required(never_cache(csrf_exempt(taking))))
        return marked

    return decorate


@takes_words("prompt")
def save_answer(request: Request, data: QueryDict, book: str, prompt_id: str) -> HttpResponse:
    """Saves the answer to a prompt."""
    try:
        found = library().book(book)
        placed = found.prompt(prompt_id)
    except (NoSuchBook, NoSuchPrompt):
        return words_page(request, data, refusals.UNKNOWN)
    form = posted_form(found, placed, data)
    if data.get("kind", form.prompt.kind) == form.prompt.kind:
        return _saved(request, data, form)
    # These fields mean nothing to the question as it is now: read by it they would be lost.
    if request.htmx:
        return _not_saved(request, form, refusals.CHANGED)
    return words_page(request, data, refusals.CHANGED, form.home)


@takes_words("free-page")
def save_page(request: Request, data: QueryDict, ident: UUID) -> HttpResponse:
    """Saves a free page."""
    return _saved(request, data, posted_page(ident, data))


def why_not(request: Request, writer: str) -> Reason | None:
    """Returns why words of a form with this writer's mark can't be saved for whoever is here."""
    person = request.user
    if not person.is_authenticated:
        return refusals.SIGNED_OUT
    if was_writer(person, writer):
        return refusals.NEW_PASSWORD
    if not is_writer(person, writer):
        return refusals.OTHER_WRITER
    return None if request.journal.is_open else refusals.LOCKED


def _saved(request: Request, data: QueryDict, form: PromptForm) -> HttpResponse:
    """Saves a posted form and says so, or says why it isn't saved."""
    reason = why_not(request, form.writer)
    try:
        form = replace(form, answer=form.prompt.clean(data))
        if reason is None:
            form = replace(form, answer=_with_earlier(request, data, form))
    except TooMany as refusal:
        return words_page(request, data, reason or refusals.refused(str(refusal)))
    except Refused as refusal:
        form = replace(form, answer=refusal.answer)
        reason = reason or refusals.refused(str(refusal))
    if reason is refusals.NEW_PASSWORD:
        form = replace(form, writer=writer_of(request.journal.person))
    if reason:
        return _not_saved(request, form, reason)
    person, keyring = request.journal.owner
    try:
        written = keep(person, keyring, form.draft(), form.origin)
    except Stale as stale:
        form = replace(form, written=stale.current, apart=stale.conflict)
        with timezone.override(zone_of(person)):
            reason = refusals.STALE if stale.conflict else refusals.STALE_BLANK
            return _not_saved(request, form, reason)
    except Full:
        return _not_saved(request, form, refusals.FULL)
    except DatabaseError as error:
        # Type only: the statement in the error would hold what is being saved.
        logger.error("An answer could not be kept: %s", type(error).__name__)
        return _not_saved(request, form, refusals.BUSY)
    if not request.htmx:
        return redirect(form.home)
    with timezone.override(zone_of(person)):
        return _saved_fragment(request, replace(form, written=written, answer=written.answer))


def _with_earlier(request: Request, data: QueryDict, form: PromptForm) -> Answer:
    """Returns what the form says, with what a press in it took over from earlier answers."""
    book, prompt = form.book, form.prompt
    if "do" not in data or not (prompt.takes_earlier and prompt.needs()):
        return form.answer
    prompts = prompts_of(book, (prompt,)).values()
    answers = answers_for(*request.journal.owner, book, prompts)
    return prompt.with_earlier(form.answer, data, recalled_in(book, (prompt,), answers))


def _saved_fragment(request: Request, form: PromptForm) -> HttpResponse:
    """Answers with the status; or with the whole form, where its page asked for that."""
    book, prompt = form.book, form.prompt
    is_redrawn = request.htmx.target == f"prompt-{prompt.id}"
    looks_back = prompt.repeat and prompt.then_and_now
    if is_redrawn or looks_back or (prompt.speaks_of_earlier and prompt.needs()):
        owner = request.journal.owner
        answers = answers_for(*owner, book, prompts_of(book, (prompt,)).values())
        recalled = recalled_in(book, (prompt,), answers)
        entries = answers.get(prompt.id, [])
        form = prompt_form(owner.person, book, prompt, entries, form.occurrence, recalled)
        if is_redrawn:
            context = {"form": form, "extra": prompt.context(recalled), "redrawn": True}
            return render(request, "journal/_prompt.html", context)
    return render(request, "journal/_status.html", {"form": form, "answers_htmx": True})


def _not_saved(request: Request, form: PromptForm, reason: Reason) -> HttpResponse:
    """Answers with the status for a page whose script asked, else with the words in a form."""
    context: dict[str, object] = {"form": form, "reason": reason}
    if request.htmx:
        return with_reason(request, "journal/_status.html", context, reason)
    if form.apart and form.written:
        context["choice"] = choice_between(form.written, form.apart)
    if reason is refusals.FULL:
        # In their fields they could be lost again: this page can be left in peace with a copy.
        context["text"] = with_title(as_text(form.prompt.kind, form.answer), form.draft().title)
    return with_reason(request, "journal/answer.html", context, reason)
