"""How a small step went: asked once, answered with a press and words if there are any."""

import logging
from uuid import UUID

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from workbook.accounts.access import Owner, Request
from workbook.journal.entries import refusals
from workbook.journal.entries.content import NO_PAGE
from workbook.journal.entries.fields import uuid_in
from workbook.journal.entries.placed import standing_of
from workbook.journal.entries.queries import opened
from workbook.journal.entries.store import Stale, keep, zone_of
from workbook.journal.making_room import Full
from workbook.journal.models import Entry
from workbook.journal.rendering.unsaved import words_page
from workbook.journal.review.afterward import CHOICES, draft_about
from workbook.journal.review.follow_ups import SmallStep
from workbook.journal.views.saving import takes_words, why_not
from workbook.prompts.answers import MAX_CHARACTERS, trimmed

logger = logging.getLogger(__name__)


@takes_words("home")
def how_it_went(request: Request, data: QueryDict) -> HttpResponse:
    """Keeps what a reader says of how a small step went. "Don't ask" keeps nothing."""
    reason = why_not(request, data.get("writer", ""))
    if reason:
        return words_page(request, data, reason)
    chosen = CHOICES.get(data.get("do", ""))
    words = trimmed(data.get("words"))
    if not (chosen or words):
        return redirect("home")
    owner = request.journal.owner
    step = _step_of(owner, uuid_in(data.get("entry")))
    if step is None or len(words) > MAX_CHARACTERS:
        return words_page(request, data, refusals.CHANGED)
    with timezone.override(zone_of(owner.person)):
        draft = draft_about(step, str(chosen or ""), words)
    try:
        keep(*owner, draft, NO_PAGE)
    except Stale as stale:
        # It was told of today already; both stand side by side where its reader can choose.
        return redirect("entry", stale.current.entry.id)
    except Full:
        return words_page(request, data, refusals.FULL)
    except DatabaseError as error:
        logger.error("A reply could not be kept: %s", type(error).__name__)  # No words of theirs.
        return words_page(request, data, refusals.BUSY)
    messages.success(request, _("Saved in your journal."))
    return redirect("home")


def _step_of(owner: Owner, ident: UUID | None) -> SmallStep | None:
    """The step of the person's own entry; None for any other entry."""
    entry = Entry.objects.open_to(owner.keyring).filter(id=ident).first()
    written = opened(entry, owner.keyring) if entry else None
    standing = standing_of(written) if written and not written.is_damaged else None
    if written is None or standing is None or written.is_afterward:
        return None
    if not standing.prompt.follows_up:
        return None
    return SmallStep(standing.book, standing.placed, written)
