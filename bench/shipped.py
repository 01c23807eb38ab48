"""The shipped workbook with every prompt answered: what one reader's pages hold at the end.

A prompt is answered by filling in each field of its form, so that a kind of prompt added later is
measured too.
"""

from html.parser import HTMLParser
from typing import Any

WORDS = "Some words that I’d write here, on a day like this one, and a second line.\nThat is all."
SHORT = "a walk, and tea after"


class FormFields(HTMLParser):
    """Reads what somebody would post who fills in every field and picks the last of each choice."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fills in one field."""
        given = {name: value or "" for name, value in attrs}
        name, kind, value = given.get("name", ""), given.get("type", "text"), given.get("value", "")
        if not name or tag not in {"input", "textarea"}:
            return
        if tag == "textarea":
            self.posted[name] = [WORDS]
        elif kind in {"checkbox", "hidden"}:
            self.posted.setdefault(name, []).append(value)
        elif kind == "radio":
            if value:
                self.posted[name] = [value]
        else:
            self.posted[name] = [SHORT]


def answer_of(prompt: Any) -> dict[str, Any]:
    """Returns the answer that the prompt's form gives with every field filled in."""
    from django.http import QueryDict

    from workbook.prompts.templating import controls

    fields = FormFields()
    fields.feed(controls(prompt, keeps=True, book_slug="alongside"))
    data = QueryDict(mutable=True)
    for name, values in fields.posted.items():
        data.setlist(name, values)
    answer: dict[str, Any] = prompt.clean(data)
    return answer


def payloads() -> list[dict[str, Any]]:
    """Returns what is sealed for one reader who answered everything, in reading order."""
    from workbook.chapters.loader import library

    book = library().in_order[0]
    return [
        {
            "book": book.key,
            "prompt": placed.prompt.id,
            "occurrence": "2026-11-01" if placed.prompt.repeat else "",
            "kind": placed.prompt.kind,
            "question": placed.prompt.question.plain,
            "answer": answer_of(placed.prompt),
        }
        for placed in book.prompts
    ]
