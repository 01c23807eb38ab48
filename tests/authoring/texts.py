"""A chapter that keeps every rule, in pieces, and what the linter says of a text."""

from workbook.authoring.lint.finding import Finding
from workbook.authoring.lint.run import examine
from workbook.authoring.lint.sheet import Sheet
from workbook.chapters import compiler
from workbook.crisis.loader import help_lines

FRONT = """\
---
title: A Door
summary: One sentence.
minutes: {minutes}
status: {status}
heavy: {heavy}
---
"""

SHORT = """\
## The short of it

- You can take the early bus.
- Sit where you like.

## The bus
"""

STORY = """\
::: story
title: Ada and the bus
invented: yes

Ada took the early bus and sat in front. Nobody spoke. She counted the stops, and then she got off.
:::
"""
IDEA = """\
::: idea
title: Small counts

A small thing is still a thing.
:::
"""
TOOL = """\
::: tool
title: Three stops

- Ride one stop.
- Get off, or stay on.
:::
"""
QUESTIONS = """\
::: short answer one
What is one thing near you?
:::

::: pick any two
Which of these fits today? Pick any, or none.

- Tea
- A walk
:::

::: long answer three
Who was with you on a better day?
:::
"""
EXAMPLE = """\
::: example
for: one
title: A bus driver, off duty

the blue mug
:::
"""
IF_NOT = """\
## If it doesn’t work

Some days the bus is late. Then you can walk one stop, or go home.
"""
STEP = """\
::: short answer four
follow up: yes

What could you do on Monday, after the bus?
:::
"""
CLOSE = """\
## Before you go

You can stop here. This page can hold it for now. Look up and find the farthest thing that you see.
Then do one ordinary thing, such as filling a glass of water.
"""
HELP = """\
::: help
title: Someone is there
:::
"""

# Enough plain words for a grade, with nothing in them that a rule could mind.
FILLER = "The bus came and Ada sat down in front. It was a plain day with rain on the road.\n\n" * 8


def whole(
    *,
    start: str = "",
    short: str = SHORT,
    middle: str = "",
    end: str = "",
    story: str = STORY,
    idea: str = IDEA,
    tool: str = TOOL,
    questions: str = QUESTIONS,
    example: str = EXAMPLE,
    if_not: str = IF_NOT,
    step: str = STEP,
    close: str = CLOSE,
    **front: str,
) -> str:
    """The chapter, with pieces replaced or added."""
    values = {"minutes": "2", "status": "published", "heavy": "no"} | front
    parts = (
        *(start, short, story, idea, tool, FILLER, middle),
        *(questions, example, if_not, step, close, end),
    )
    return FRONT.format(**values) + "\n" + "\n".join(parts)


def sheet_of(text: str, path: str = "alongside/01-a-door.md", key: str = "alongside") -> Sheet:
    draft = compiler.read(text, path)
    return Sheet(draft, key, is_draft=draft.front.values.get("status") == "draft")


def findings(
    text: str, path: str = "alongside/01-a-door.md", key: str = "alongside"
) -> list[Finding]:
    return examine(sheet_of(text, path, key), help_lines())


def codes(text: str, key: str = "alongside") -> list[str]:
    return [finding.code for finding in findings(text, key=key)]


def on_a_page(text: str) -> list[Finding]:
    """For a paragraph on a page, where no chapter's shape is asked for."""
    return findings(f"---\ntitle: A page\n---\n\n{text}\n", "pages/a-page.md", "")


def page_codes(text: str) -> list[str]:
    return [finding.code for finding in on_a_page(text)]
