"""A small workbook with every kind in it, and its page as somebody signed in has it."""

import re

import pytest
from django.conf import settings as site
from playwright.sync_api import expect

from tests.prompts.books import write_book

CHAPTER = "/books/small/one/"
EVERY_KIND = """
## All of them

::: short answer line
hint: A guess is fine.
What made today the day?
:::

::: long answer text
What is going on?
:::

::: pick one one
Which would help?
- A walk
- Tea
- Something else: ___
:::

::: pick any any
Which have helped?
- A walk
- Tea
- Something else: ___
:::

::: scale steady
repeat: any
0: Coming apart
10: Steady enough
if 0-3: Rest first.
How steady is it?
:::

::: tick list list
What helps?
- A walk
- Tea
:::

::: table rows
columns: What | When
rows: 1
Which places hold you?
:::

::: people folk
kinds: Peer, Professional
Who is in your corner?
:::

::: check sits
repeat: any
concern: not now
How does it sit?
- I sleep
  gap: See a friend.
- I eat
:::

::: plan steps
Which are live for you?
phase: Notice
- Say it in a line
phase: Look
- Ask one person
:::

::: guide where
title: Where to?
people: folk
Start here.

step: danger
Is anyone in danger?
- Yes -> help
- No -> lived

step: lived
Would company help?
- Show my peers -> people: Peer
- Round again -> danger
- Not this time -> rest

step: rest
Then rest a while.
- All right -> end: That is an answer.
:::

::: map folk
title: Your map
also: rows
:::

::: recall text
title: What you wrote
:::

::: card words
title: Your card
- What is going on: text
- Who to try: folk
:::
"""


@pytest.fixture
def book(settings, tmp_path):
    return write_book(settings, tmp_path / "content", EVERY_KIND)


@pytest.fixture
def open_page(new_context, live_server, person, entered, book):
    """``open_page(java_script_enabled=False)`` → the chapter, in a browser that has entered."""
    cookie = entered(person).cookies[site.SESSION_COOKIE_NAME].value

    def go(path=CHAPTER, **options):
        context = new_context(**options)
        context.add_cookies(
            [{"name": site.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto(path)
        return page

    return go


def saved(page, prompt):
    expect(page.locator(f"#status-{prompt}")).to_have_text(re.compile(r"^\s*Saved"))
