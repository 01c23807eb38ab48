"""The style guide: there while someone works on the software, and nowhere else."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.elements import page as parsed
from tests.pages.styleguide import debugging
from workbook.pages.styleguide.samples import sample_book, slug_of
from workbook.prompts.base import Prompt
from workbook.prompts.registry import KINDS, answered_kinds

pytestmark = pytest.mark.django_db


def ids_in(html: str) -> list[str]:
    return [one.attributes["id"] for one in parsed(html) if "id" in one.attributes]


@pytest.fixture(name="debugging")
def _debugging(settings):
    with debugging(settings):
        yield


def page_of(kind: type[Prompt]) -> str:
    return f"/styleguide/{kind.slug().replace('_', '-')}/"


def test_a_site_for_readers_has_none():
    assert not settings.DEBUG
    for address in ("/styleguide/", "/styleguide/scale/"):
        assert Client().get(address).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("styleguide")


def test_it_has_a_sample_of_every_kind():
    blocks = sample_book().chapters[0].blocks
    assert {block.kind for block in blocks} == {*KINDS, "prose"}


@pytest.mark.usefixtures("debugging")
def test_its_first_page_shows_what_is_read_by_day_and_by_night():
    html = Client().get("/styleguide/").content.decode()
    for name in KINDS.keys() - answered_kinds().keys():
        assert html.count(f'class="block block--{name}"') >= 2, name
    assert html.count('data-theme="light"') == html.count('data-theme="dark"') == 1
    for prompt in sample_book().chapters[0].prompts:
        assert f'href="/styleguide/{slug_of(prompt)}/"' in html


@pytest.mark.usefixtures("debugging")
@pytest.mark.parametrize("kind", answered_kinds().values(), ids=lambda kind: kind.kind)
def test_each_kind_of_prompt_stands_in_every_state(kind):
    html = Client().get(page_of(kind)).content.decode()
    light, dark = html.split('data-theme="dark"')
    for theme in (light, dark):
        assert theme.count('class="prompt prompt--question"') == 1  # for who only reads
        assert theme.count("<form") >= 9
        for words in (
            "You answered an earlier wording",
            "Saved as “not today”",
            "longer than one answer can hold",
            "Your journal is locked",
            "You are signed out",
            "Show both versions",
            "The site couldn’t save it right now",
        ):
            assert words in theme, words
    idents = ids_in(html)
    assert len(idents) == len(set(idents))


@pytest.mark.usefixtures("debugging")
def test_the_first_pages_names_are_unique_too():
    idents = ids_in(Client().get("/styleguide/").content.decode())
    assert len(idents) == len(set(idents))


@pytest.mark.usefixtures("debugging")
def test_there_is_no_page_for_a_kind_that_is_none():
    assert Client().get("/styleguide/palm-reading/").status_code == 404
