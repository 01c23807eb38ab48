"""How the people who run a site are reached, as site.toml says."""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email


class Contact(NamedTuple):
    """An email address, a web address, or neither: then it is a sentence, or nothing at all."""

    email: str = ""
    address: str = ""


def contact_of_site() -> Contact:
    """Takes the contact in site.toml apart."""
    contact = settings.SITE.contact.strip()
    try:
        validate_email(contact)
    except ValidationError:
        is_address = urlsplit(contact).scheme in {"http", "https"} and " " not in contact
        return Contact(address=contact if is_address else "")
    return Contact(email=contact)
