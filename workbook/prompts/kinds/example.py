"""A question filled in by somebody made up, so that nobody has to guess what an answer looks like.

The kind of the question reads what the author filled in and makes of it the answer that its own
form would give; so it is drawn as any answer of that kind is.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Self

from django.utils.translation import gettext as _

from workbook.prompts.answers import Answer
from workbook.prompts.base import Prompt, Reference, Shown
from workbook.prompts.display import Display, without_unticked
from workbook.prompts.examples import ExampleItem, ExampleSource
from workbook.prompts.source import ID, OptionLine, Source, SourceLine, split_options

APART = re.compile(r"->|→|=>|\|")


@dataclass(frozen=True, kw_only=True)
class Example(Shown):
    """A filled-in question; ``prompt`` and ``answer`` are there once its question was found.

    Attributes:
        body: what stands before the list; of a question that is answered in words, the answer.
        is_near: its question stands in the same text.
    """

    kind = "example"
    role = "example"
    keys = {
        "for": "the id of the question that is filled in",
        "title": "whose answers these are, in a few words",
    }

    target: str = ""
    target_line: int = 0
    items: tuple[ExampleItem, ...] = ()
    prompt: Prompt | None = None
    answer: Answer = field(default_factory=dict, hash=False)
    is_near: bool = False

    @classmethod
    def parse(cls, source: Source) -> Self | None:
        """Reads whose question is filled in, and with what."""
        source.expect_no_ident()
        target = source.key("for")
        if not ID.fullmatch(target):
            message = (
                "Say which question is filled in: "
                "its id, on a line such as 'for: my-people' directly under the opening one."
            )
            source.problem("B331", message, key="for")
            return None
        intro, options = split_options(source.body)
        body = source.markdown(intro)
        if not (body.plain or options):
            source.problem("B332", "This example says nothing. Fill it in, or remove it.")
            return None
        return cls(
            line=source.line,
            title=source.key("title"),
            body=body,
            target=target,
            target_line=source.keys["for"].line,
            items=tuple(_item(option) for option in options),
        )

    @classmethod
    def read_lines(cls, line: SourceLine) -> Iterator[SourceLine]:
        """Yields a line as readers meet it: what stands apart is read apart."""
        yield SourceLine(line.number, APART.sub(lambda m: ".".ljust(len(m[0])), line.text))

    def references(self) -> tuple[Reference, ...]:
        """Returns the question that is filled in."""
        return (Reference(self.target, self.target_line),)

    def filled(self, prompt: Prompt, tell: Callable[[int, str, str], None]) -> Self:
        """Returns the example of this question; what doesn't fit it goes to ``tell``."""
        words = [self.body.plain, *(f"- {item.text}" for item in self.items)]
        text = "\n".join(part for part in words if part)
        answer = prompt.example(ExampleSource(self.line, text, self.items, tell))
        return replace(self, prompt=prompt, answer=answer)

    @property
    def has_intro(self) -> bool:
        """Whether what stands before the list is the author's, and no part of the answer."""
        return self.prompt is not None and self.prompt.is_filled_in_by_list()

    @property
    def shown(self) -> Display:
        """The answer as it is read, without what was not chosen.

        Nobody can be called: they are made up.
        """
        if self.prompt is None:
            return Display()
        offered = getattr(self.prompt, "options", ())
        shown = replace(without_unticked(self.prompt.show(self.answer), offered), numbers=())
        return Display(paragraphs=(_("Left open."),)) if shown == Display() else shown


def _item(option: OptionLine) -> ExampleItem:
    parts = (option.text, *(line.text for line in option.details))
    return ExampleItem(" ".join(part.strip() for part in parts), option.line)
