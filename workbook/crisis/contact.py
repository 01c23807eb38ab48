"""Reads from site.toml how the people who run a site can be reached."""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email


class Contact(NamedTuple):
    """The email address or the web address by which the people who run a site are reached.

    At most one of them is set. Neither is where site.toml has a sentence instead, or nothing.
    """

    email: str = ""
    address: str = ""


def contact_of_site() -> Contact:
    """Returns the contact in site.toml as an email address, a web address, or neither."""
    contact = settings.SITE.contact.strip()
    try:
        validate_email(contact)
    except ValidationError:
        is_address = urlsplit(contact).scheme in {"http", "https"} and " " not in contact
        return Contact(address=contact if is_address else "")
    return Contact(email=contact)
