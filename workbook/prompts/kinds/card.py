"""The reader's own words on one card, for a hard day: headings with earlier answers under them.

A heading without an answer is left out, so that the card never shows an empty place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from workbook.prompts.base import Recalled, Reference, Shown
from workbook.prompts.display import Display, without_unticked
from workbook.prompts.source import BULLET, ID, Source, SourceLine


class Heading(NamedTuple):
    """A line of a card: its words, and the prompt whose answer stands below."""

    words: str
    prompt: str
    line: int


class Filled(NamedTuple):
    """A heading with the answer that stands below."""

    words: str
    recalled: Recalled

    @property
    def shown(self) -> Display:
        """The answer without what was offered and not chosen."""
        offered = getattr(self.recalled.prompt, "options", ())
        return without_unticked(self.recalled.shown, offered)


@dataclass(frozen=True, kw_only=True)
class Card(Shown):
    """Headings with a reader's earlier answers."""

    kind = "card"
    id: str = ""
    headings: tuple[Heading, ...] = ()

    @classmethod
    def parse(cls, source: Source) -> Self | None:
        """Reads the headings and the prompts below them."""
        ident = source.prompt_id()
        intro, options = source.options()
        headings = []
        for option in options:
            words, _colon, prompt = option.text.rpartition(":")
            if not words.strip() or not ID.fullmatch(prompt.strip()):
                message = (
                    "A line of a card is a heading and a prompt's id, "
                    "such as '- What I want to hear: want-to-hear'."
                )
                source.problem("B291", message, line=option.line)
                continue
            headings.append(Heading(words.strip(), prompt.strip(), option.line))
        return cls(
            line=source.line,
            id=ident,
            title=source.key("title"),
            body=source.markdown(intro),
            headings=tuple(headings),
        )

    @classmethod
    def read_lines(cls, line: SourceLine) -> Iterator[SourceLine]:
        """Yields a line as readers meet it: the id behind a heading isn't told to them."""
        is_heading = BULLET.fullmatch(line.text) and ":" in line.text
        text = line.text[: line.text.rindex(":")] if is_heading else line.text
        yield SourceLine(line.number, text)

    def references(self) -> tuple[Reference, ...]:
        """Returns the prompts under its headings."""
        return tuple(Reference(heading.prompt, heading.line) for heading in self.headings)

    def needs(self) -> tuple[str, ...]:
        """Returns the ids of the prompts under its headings."""
        return tuple(heading.prompt for heading in self.headings)

    def context(self, answers: Mapping[str, Recalled]) -> dict[str, Any]:
        """Returns the headings that have an answer, with it."""
        filled = [Filled(h.words, answers[h.prompt]) for h in self.headings if h.prompt in answers]
        return {"filled": [f for f in filled if not f.recalled.prompt.is_empty(f.recalled.answer)]}
