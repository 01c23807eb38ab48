"""One sample address of every route, and a journal that holds what the samples name."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from workbook.journal.models import EarlierVersion, Entry

PAGE = UUID("6b1f0c52-4a6e-4a53-9d58-3f8f1f2f7a01")
VERSION = UUID("6b1f0c52-4a6e-4a53-9d58-3f8f1f2f7a02")
SAMPLES = {
    "book": "alongside",
    "chapter": "start-here",
    "prompt_id": "today-brought",
    "card_id": "hard-day-card",
    "slug": "about",
    "name": "x.svg",
    "app_label": "accounts",
    "url": "nowhere/",
    "object_id": "1",
    "content_type_id": "1",
    "token": "x" * 43,
    "who": "clinician",
    "ident": str(PAGE),
    "version_id": str(VERSION),
}


def _routes(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLResolver):
            yield from _routes(entry, path)
        elif isinstance(entry, URLPattern):
            filled = re.sub(
                r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)",
                lambda match: SAMPLES.get(match[1] or match[2], "1"),
                path,
            )
            filled = filled.replace(
                "over-time/today-brought", "over-time/steady-now"
            )  # It repeats.
            yield filled.replace("\\Z", "").replace("$", "").replace("\\", "")


ADDRESSES = sorted(set(_routes(get_resolver())))


def write_samples(person: Any, words: str = "Only mine.") -> None:
    """Gives somebody the page of their own, and its earlier version, that the samples name."""
    payload = {
        "book": "",
        "prompt": "",
        "occurrence": str(PAGE),
        "kind": "long answer",
        "question": "",
        "title": words,
        "answer": {"text": words},
        "language": "",
        "written_at": timezone.now().isoformat(),
    }
    keyring = person.keyring
    entry = Entry(id=PAGE, user=person.user, day=timezone.now().date(), sequence=1, revision=2)
    for name, tag in entry.tags(keyring, payload).items():
        setattr(entry, name, tag)
    earlier = EarlierVersion(id=VERSION, user=person.user, entry_id=PAGE)
    for row in (entry, earlier):
        row.seal(keyring, payload)
        row.save(force_insert=True)
