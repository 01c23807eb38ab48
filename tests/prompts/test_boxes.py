"""Boxes that are read: folded under their title where they are long, large where a line is core."""

import pytest
from django.test import Client

from tests.elements import page
from tests.prompts.books import write_book

pytestmark = pytest.mark.django_db

FOLDED = """
::: {kind}
title: The whole list
folded: yes

- A lamp
- A kettle
:::
"""


@pytest.fixture
def shown(settings, tmp_path):
    """``shown(text)`` → the chapter's page and its worksheet."""

    def shown(text):
        write_book(settings, tmp_path / "content", text)
        addresses = ("/books/small/one/", "/books/small/one/print/")
        return tuple(page(Client().get(address).text).one("main") for address in addresses)

    return shown


@pytest.mark.parametrize("kind", ["idea", "tool", "note"])
def test_a_folded_box_opens_by_its_title(shown, kind):
    box = shown(FOLDED.format(kind=kind))[0].one("section", f"block--{kind}")
    fold = box.one("details", "fold")
    heading = fold.one("summary").one("h2")
    assert heading.words == "The whole list"
    assert box.attributes["aria-labelledby"] == heading.attributes["id"]
    assert "open" not in fold.attributes
    assert [item.words for item in fold.all("li")] == ["A lamp", "A kettle"]


@pytest.mark.parametrize("kind", ["idea", "tool", "note"])
def test_on_the_worksheet_nothing_is_folded(shown, kind):
    box = shown(FOLDED.format(kind=kind))[1].one("section", f"block--{kind}")
    assert not box.all("details")
    assert box.one("h2").words == "The whole list"
    assert [item.words for item in box.all("li")] == ["A lamp", "A kettle"]


def test_a_core_line_stands_in_a_box_of_its_own_on_screen_and_on_paper(shown):
    for main in shown("::: idea\nset apart: yes\n\nYou get to *ask*.\n:::\n"):
        box = main.one("div", "block--apart")
        assert box.words == "You get to ask ."
        assert not box.all(of="block__kind")


def test_a_box_that_says_nothing_of_it_is_as_it_was(shown):
    box = shown("::: idea\ntitle: Small counts\nfolded: no\nset apart: no\n\nA lot.\n:::\n")[0]
    assert not box.all("details", "fold")
    assert box.one("section", "block--idea").one(of="block__kind").words == "An idea"
