"""Pages that give words back which could not be saved, in fields or as plain text."""

from collections.abc import Collection

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from workbook.accounts.access import Request
from workbook.crisis.error_pages import error_page
from workbook.journal.entries.refusals import Reason
from workbook.web.origins import is_own_page

NOT_WORDS = {
    "writer", "version", "entry", "page", "turn", "settles", "occurrence", "csrfmiddlewaretoken",
    "do", "lane", "kind", "asked",
}  # fmt: skip
MOST_HIDDEN = 600
"""Hidden fields that a page sends again, at the most."""
MOST_BOXES = 50
"""Fields to send again from a plain page; where there are more, all words come in one, to copy."""


def words_page(request: Request, data: QueryDict, reason: Reason, home: str = "") -> HttpResponse:
    """Returns a page with every posted word as plain text, to be copied or sent again.

    It is for words that no form fits.

    Nobody's words are shown only to a page of this site: here another could put its own words.
    """
    if not request.user.is_authenticated and not is_own_page(request):
        return error_page(request, 403)
    context: dict[str, object] = {"reason": reason, "home": home}
    if request.htmx:
        # Its page still has the words.
        return with_reason(request, "journal/_not_saved.html", context, reason)
    fields = [
        (name, value)
        for name, values in data.lists()
        for value in values
        if name not in NOT_WORDS and value.strip()
    ]
    if len(fields) > MOST_BOXES:
        context["text"] = "\n".join(value for _name, value in fields)
    else:
        context["fields"] = fields
        context["hidden"] = [(name, data[name]) for name in sorted(NOT_WORDS & set(data))]
    return with_reason(request, "journal/words.html", context, reason)


def resend_page(
    request: Request, data: QueryDict, reason: Reason, words: Collection[str]
) -> HttpResponse:
    """Returns a page with the posted form as it was, to be sent again.

    ``words`` names the fields that are shown; the others go along hidden.
    """
    rest = [(name, value) for name, values in data.lists() for value in values if name not in words]
    context = {
        "reason": reason,
        "fields": [(name, data[name]) for name in words if data.get(name, "").strip()],
        "hidden": [pair for pair in rest if pair[0] != "csrfmiddlewaretoken"][:MOST_HIDDEN],
        "has_token": True,
    }
    return with_reason(request, "journal/words.html", context, reason)


def with_reason(
    request: Request, template: str, context: dict[str, object], reason: Reason
) -> HttpResponse:
    """Returns a drawn template with the status of a reason, and its Retry-After if it has one."""
    response = render(request, template, context, status=reason.status)
    if reason.retry_after:
        response["Retry-After"] = str(reason.retry_after)
    return response
