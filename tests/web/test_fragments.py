"""Drawn once for many: nobody's words are kept with it, and each reader's own come out escaped."""

import re

import pytest
from django.template import Context, TemplateSyntaxError
from django.template.base import Template
from django.utils import translation
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from workbook.web.fragments import Placeholder, Stencil


class Counted(Stencil):
    """A stencil of a template's text, and how often it was drawn."""

    def __init__(self, text: str, **more: int) -> None:
        template, self.times = Template(text), 0

        def draw(context):
            self.times += 1
            return template.render(context)

        super().__init__(draw, **more)


GREETING = "<p title='{{ name }}'>{% if is_late %}Late, {% endif %}{{ name }} ({{ other }})</p>"


def greet(stencil, is_late=False, **own):
    constants = {"is_late": is_late, "name": Placeholder("name"), "other": Placeholder("other")}
    return stencil.drawn(constants).fill(own)


def test_it_is_drawn_once_and_filled_for_each_reader():
    stencil = Counted(GREETING)
    assert greet(stencil, name="Ana", other=1) == "<p title='Ana'>Ana (1)</p>"
    assert greet(stencil, name="Bo", other=2) == "<p title='Bo'>Bo (2)</p>"
    assert stencil.times == 1
    assert greet(stencil, is_late=True, name="Bo", other=2) == "<p title='Bo'>Late, Bo (2)</p>"
    assert stencil.times == 2


@given(st.text(), st.text())
def test_whatever_is_put_in_comes_out_escaped_and_nobody_elses_does(first, second):
    stencil = Counted(GREETING)
    plain = Template("<p title='{{ a }}'>{{ a }} ({{ b }})</p>")
    for name, other in ((first, second), (second, first)):
        expected = plain.render(Context({"a": name, "b": other}))
        assert greet(stencil, name=name, other=other) == expected
    assert stencil.times == 1


def test_what_is_safe_stays_as_it_is():
    stencil = Counted("{{ name }}{{ other }}")
    assert greet(stencil, name=SafeString("<b>"), other="<b>") == "<b>&lt;b&gt;"


def test_nothing_that_was_put_in_is_kept():
    stencil = Counted(GREETING)
    greet(stencil, name="the words of Ana", other="more of hers")
    kept = repr([drawn._pieces for drawn in stencil._drawn.values()]) + repr(list(stencil._drawn))
    assert "Ana" not in kept
    assert "hers" not in kept


@pytest.mark.parametrize("text", ["{{ name|upper }}", "{{ name|slugify }}", "{{ name|title }}"])
def test_a_place_that_is_changed_is_found_when_it_is_drawn(text):
    with pytest.raises((TemplateSyntaxError, KeyError)):
        Counted(text).drawn({"name": Placeholder("name")}).fill({"name": "Ana"})


def test_a_place_without_a_value_is_an_error_and_not_a_gap():
    with pytest.raises(KeyError):
        Counted("{{ name }}").drawn({"name": Placeholder("name")}).fill({})


def test_what_only_looks_like_a_place_is_text():
    assert re.fullmatch(r"\x1c[0-9a-f]{16}:name\x1d", Placeholder("name"))
    text = "\x1c" + "0" * 16 + ":name\x1d"
    assert Counted("{{ word }}").drawn({"word": text}).fill({}) == text


def test_whoever_works_on_templates_sees_them_as_they_are_now(settings):
    settings.DEBUG = True
    stencil = Counted(GREETING)
    for _time in range(2):
        greet(stencil, name="Ana", other=1)
    assert stencil.times == 2


def test_each_language_has_its_own():
    stencil = Counted("{{ name }}")
    for language in ("en", "es", "en"):
        with translation.override(language):
            stencil.drawn({"name": Placeholder("name")})
    assert stencil.times == 2


def test_tuples_count_by_what_they_hold_and_objects_by_which_they_are():
    stencil, one, other = Counted("."), object(), object()
    for held in ((1, one), (1, one), (1, other), (2, one), (True, one)):
        stencil.drawn({"held": held})
    assert stencil.times == 4


def test_of_many_drawings_the_oldest_are_let_go():
    stencil = Counted("{{ number }}", most=3)
    for number in range(10):
        stencil.drawn({"number": number})
        assert len(stencil._drawn) <= 3
    stencil.drawn({"number": 9})
    assert stencil.times == 10
