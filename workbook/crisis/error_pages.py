"""The error pages: what is shown instead of a page when something went wrong.

They are drawn without request, context processors, session or database, so that they still stand
when everything else has fallen, and they always carry the crisis banner and the disclaimer.
"""

import logging

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from workbook.crisis.loader import help_lines

logger = logging.getLogger(__name__)

Words = str | Promise

RETRY_AFTER = 5  # seconds; a database that is busy has already been waited for


WORDS: dict[int, tuple[Words, Words]] = {
    400: (
        _("That didn’t come through"),
        _("The site couldn’t read what your browser sent. Please try once more."),
    ),
    403: (
        _("This page is not open to you"),
        _(
            "It may belong to someone else, or you may need to sign in first. "
            "Nothing you wrote is lost."
        ),
    ),
    404: (
        _("There is no page here"),
        _(
            "The address may have a typo, or the page may have moved. "
            "You did nothing wrong, and nothing you wrote is lost."
        ),
    ),
    405: (
        _("This address can’t be opened this way"),
        _("It only works from a button on its own page. Start from there again."),
    ),
    413: (_("That’s too much at once"), _("Try it in two parts, one after the other.")),
    429: (
        _("Please wait a moment"),
        _(
            "There were many tries in a short time, so the site is pausing. "
            "It opens again by itself; nothing is locked for good."
        ),
    ),
    500: (
        _("Something went wrong on our side"),
        _("You did nothing wrong. What was shown as saved is still saved."),
    ),
    503: (
        _("The site can’t answer right now"),
        _(
            "It is busy or being worked on. This usually passes within a minute. "
            "What was shown as saved is still saved."
        ),
    ),
}
"""What each status says: what happened, and what to do now."""

# Too late for a form: only said of POSTs. "May not": after a broken commit nobody knows.
NOT_SAVED = _(
    "What you just sent may not be saved. "
    "Use your browser’s Back button: your words should still be there. "
    "Copy them before you try again."
)


def error_page(request: HttpRequest | None, status: int) -> HttpResponse:
    """Returns the error page of an HTTP status, in the words of :data:`WORDS`."""
    title, message = WORDS.get(status) or WORDS[400 if status < 500 else 500]
    retry_after = RETRY_AFTER if status == 503 else None
    return error_response(
        request, status, title=str(title), message=str(message), retry_after=retry_after
    )


def error_response(
    request: HttpRequest | None,
    status: int,
    *,
    title: str,
    message: str,
    retry_after: int | None = None,
) -> HttpResponse:
    """Returns a whole page that says what happened and what to do; for htmx only the sentence.

    Args:
        retry_after: seconds, as header and in words.
    """
    sent = request is not None and request.method not in {"GET", "HEAD", "OPTIONS"}
    context = {
        "status": status,
        "title": title,
        "message": message,
        "not_saved": str(NOT_SAVED) if sent else "",
        "retry_after": retry_after or 0,
    }
    is_htmx = request is not None and request.headers.get("HX-Request") == "true"
    template = {404: "404.html", 500: "500.html"}.get(status, "error.html")
    try:
        # No request is given: context processors would look for a session.
        body = render_to_string("_error.html" if is_htmx else template, context)
    except Exception:
        logger.exception("The error page could not be drawn; a plain one was sent.")
        body = last_resort(title, message)
    response = HttpResponse(body, status=status)
    response.headers["Cache-Control"] = "no-store"
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def last_resort(title: str, message: str) -> SafeString:
    """Returns a page that needs no template, style sheet or address."""
    lines = help_lines()
    return format_html(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{title}</title>'
        '<p id="crisis-banner">{help_now} {banner} '
        '<a href="/help-now/">{more}</a></p><main id="main"><h1>{title}</h1><p>{message}</p></main>'
        '<p id="disclaimer">{disclaimer}</p></html>',
        title=title,
        message=message,
        help_now=_("Help now:"),
        banner=lines.banner_html(),
        more=_("More"),
        disclaimer=lines.disclaimer,
    )
