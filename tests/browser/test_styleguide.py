"""Every component in every state, as a screen reader, a small phone and a wide window have it."""

import pytest

from tests.pages.styleguide import debugging
from workbook.pages.styleguide.samples import sample_book, slug_of

ADDRESSES = [
    "/styleguide/",
    *(f"/styleguide/{slug_of(prompt)}/" for prompt in sample_book().chapters[0].prompts),
]

# By day and by night, with the same name each time: on a page for readers that would be a fault.
SHOWN_TWICE = ("landmark-unique",)


@pytest.fixture(autouse=True)
def routed(settings):
    with debugging(settings):
        yield


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_in_it_is_out_of_reach_or_out_of_bounds(page, axe, address):
    page.goto(address)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page, without=SHOWN_TWICE)
