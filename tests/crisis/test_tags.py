"""The tags and the frame of every page work without a request and without a context."""

from dataclasses import replace

import pytest
from django.template import engines
from django.template.loader import render_to_string

from tests.crisis.test_errors import Found, assert_help_stands_on
from workbook.crisis.loader import help_lines
from workbook.pages import shared


def drawn(source: str) -> str:
    return engines["jinja2"].from_string(source).render({})


def test_the_banner_shows_numbers_first_and_leads_to_more() -> None:
    found = Found(drawn("{{ crisis_banner() }}"))
    ways = [way.href for way in help_lines().line(help_lines().banner[0]).ways()[:2]]
    assert found.ids == ["crisis-banner"]
    assert found.links[:2] == ways
    assert found.links[-1] == "/help-now/"


def test_the_banner_can_t_be_closed() -> None:
    html = drawn("{{ crisis_banner() }}")
    for closing in ("<button", "<details", "<dialog", "hidden>", "popover"):
        assert closing not in html


def test_the_disclaimer_is_the_file_s() -> None:
    assert drawn("{{ disclaimer() }}") == f'<p id="disclaimer">{help_lines().disclaimer}</p>'


def test_a_line_can_stand_in_a_sentence() -> None:
    assert drawn('{{ crisis("lifeline") }}') == help_lines().line("lifeline").inline_html()


def test_the_sentence_beside_writing_links_a_person() -> None:
    assert help_lines().line("lifeline").inline_html() in drawn("{{ beside_writing() }}")


def test_a_site_that_closes_says_so_on_each_page_and_error(client, settings, monkeypatch) -> None:
    monkeypatch.setattr(shared, "_kept", {})  # As in a process that began with this setting.
    settings.SITE = replace(settings.SITE, closing_notice="Closes on June 30. <Download> first.")
    for address in ("/", "/help-now/", "/about/", "/no-such-page/"):
        response = client.get(address)
        assert "Closes on June 30. &lt;Download&gt; first." in response.text, address
    settings.SITE = replace(settings.SITE, closing_notice=" ")
    assert "closing-notice" not in client.get("/help-now/").text


@pytest.mark.parametrize("group", ["now", "more", "elsewhere"])
def test_a_group_shows_each_of_its_lines(group: str) -> None:
    found = Found(drawn(f'{{{{ help_of("{group}") }}}}'))
    assert found.ids == [f"line-{line.key}" for line in help_lines().group(group)]


@pytest.mark.parametrize("template", ["bare.html", "base.html"])
def test_the_frame_of_a_page_needs_no_context(template: str) -> None:
    html = render_to_string(template)
    assert_help_stands_on(html)
    found = Found(html)
    assert found.ids.count("exit") == 1
    assert found.ids.count("main") == 1


@pytest.mark.parametrize("template", ["bare.html", "base.html", "error.html"])
def test_no_page_has_script_or_style_in_it(template: str) -> None:
    html = render_to_string(template, {"status": 0, "title": "", "message": ""})
    assert "<style" not in html
    assert " style=" not in html
    assert "javascript:" not in html
    for script in html.split("<script")[1:]:
        assert script.startswith(' src="')
        assert "></script>" in script.split("\n", 1)[0]


def test_who_has_entered_is_named_only_by_the_frame_that_asks() -> None:
    assert "/account/" in Found(render_to_string("base.html", {"person": object()})).links
    assert "/account/login/" in Found(render_to_string("base.html", {"person": None})).links
    assert "/account/" not in Found(render_to_string("bare.html", {"person": object()})).links


def test_leaving_quickly_is_a_plain_link_far_from_the_calls() -> None:
    html = render_to_string("bare.html")
    assert "/exit/" in Found(html).links
    assert html.index("<header") < html.index('id="exit"')
    assert html.index('id="crisis-banner"') < html.index("<header")
