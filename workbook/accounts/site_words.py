"""Passwords that are little more than the words this site is full of."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SITE_WORDS = (
    "administrator",
    "passphrase",
    "alongside",
    "password",
    "wellness",
    "workbook",
    "journal",
    "keeper",
    "admin",
)
LEAST_OF_ONES_OWN = 6
"""Letters that must be left once the site's words are taken out."""


class SiteWordsValidator:
    """Refuses what somebody who knows the site would try first, such as "workbook-2026"."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for a password that has little in it but words of this site."""
        typed = rest = password.casefold()
        site = (settings.SITE.name, settings.SITE.organization)
        names = {word for name in site for word in name.casefold().split() if len(word) > 3}
        for word in sorted({*SITE_WORDS, *names}, key=len, reverse=True):
            rest = rest.replace(word, " ")
        if rest != typed and sum(sign.isalpha() for sign in rest) < LEAST_OF_ONES_OWN:
            raise ValidationError(
                _(
                    "These are words from this site, so they are easy to guess. "
                    "Add some of your own."
                ),
                code="password_of_site_words",
            )

    def get_help_text(self) -> str:
        """Returns what to say of this rule beside a field."""
        return _("More than the words this site is full of.")
