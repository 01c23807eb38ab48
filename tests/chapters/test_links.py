"""Where links may lead, and crisis lines by name."""

import pytest

from tests.chapters.authored import INDEX, chapter, compiled, html, problems
from workbook.chapters.links import BadLink, Index, address


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("my-map", "/books/quiet/my-map/"),
        ("my-map#prompt-people", "/books/quiet/my-map/#prompt-people"),
        ("steady-first#prompt-here", "#prompt-here"),
        ("#prompt-here", "#prompt-here"),
        ("page:about", "/about/"),
        ("page:help-now", "/help-now/"),
        ("page:signup", "/account/signup/"),
        ("page:join", "/account/signup/"),  # As earlier releases called it.
        ("https://a.example/b_(c)?d=e&f#g", "https://a.example/b_(c)?d=e&f#g"),
        ("https://[::1]:8000/", "https://[::1]:8000/"),
        ("https://bücher.example/ü", "https://bücher.example/ü"),
    ],
)
def test_a_link_leads_to_chapters_prompts_pages_and_https(target: str, expected: str) -> None:
    assert address(target, INDEX, here="steady-first") == expected


@pytest.mark.parametrize(
    ("target", "code", "words"),
    [
        ("my-mop", "L101", "Did you mean 'my-map'?"),
        ("05-my-map.md", "L104", "Did you mean 'my-map'?"),
        ("My Map", "L104", "Did you mean 'my-map'?"),
        ("zzz", "L101", "by its slug"),
        ("my-map#prompt-poeple", "L102", "Did you mean 'people'?"),
        ("my-map#prompt-here", "L102", "write 'steady-first#prompt-here'"),
        ("my-map#s-top", "L109", ""),
        ("page:abuot", "L103", "Did you mean 'about'?"),
        ("page:../../admin", "L103", ""),
        ("", "L104", "leads nowhere"),
        ("#", "L104", ""),
        ("/journal/", "L104", ""),
        ("../my-map", "L104", ""),
        ("//evil.example", "L104", ""),
        ("http://a.example", "L104", "https://"),
        ("javascript:alert(1)", "L104", ""),
        ("JaVaScRiPt:0", "L104", ""),
        ("java\nscript:0", "L104", ""),
        ("\x01javascript:0", "L104", ""),
        ("&#106;avascript:0", "L104", ""),
        ("data:text/html,x", "L104", ""),
        ("vbscript:x", "L104", ""),
        ("blob:https://a.example/x", "L104", ""),
        ("tel:555", "L104", ""),
        ("sms:555", "L104", ""),
        ("mailto:a@b.example", "L104", ""),
        ("https://", "L104", "no whole address"),
        ("https:///x", "L104", ""),
        ("https://line.example@evil.example", "L104", ""),
        ("https://a.example:99999", "L104", ""),
        ("https://a.example/ b", "L104", ""),
        ("https://a.example\\@evil.example", "L104", ""),
        ('https://a.example/"onmouseover=x', "L104", ""),
        ("https://a.example/\u202egnp.exe", "L104", ""),
        ("https://[::1", "L104", ""),
    ],
)
def test_any_other_target_is_refused_with_the_way_to_mend_it(
    target: str, code: str, words: str
) -> None:
    with pytest.raises(BadLink) as raised:
        address(target, INDEX, here="steady-first")
    assert raised.value.code == code
    assert words in raised.value.message
    assert not any(ord(sign) < 32 for sign in raised.value.message)


def test_without_an_index_links_are_taken_on_trust() -> None:
    trusting = Index(book="quiet")
    assert address("anything#prompt-at-all", trusting) == "/books/quiet/anything/#prompt-at-all"
    assert address("page:later", trusting) == "/later/"


def test_a_page_has_no_chapters_to_link_to() -> None:
    with pytest.raises(BadLink):
        address("my-map", Index(books={}, pages={}))


def test_links_that_leave_the_site_say_so() -> None:
    shown = html("[a](my-map), [b](https://b.example 'B'), <https://c.example>")
    rel = 'rel="noopener noreferrer external"'
    assert '<a href="/books/quiet/my-map/">a</a>' in shown
    assert f'<a href="https://b.example" title="B" {rel}>b</a>' in shown
    assert f'<a href="https://c.example" {rel}>https://c.example</a>' in shown


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("One.\n\nSee [it](nowhere) and [it](nowhere).", [(3, 9, "L101"), (3, 27, "L101")]),
        ("::: idea\nSee [it](nowhere).\n:::", [(2, 9, "L101")]),
        ("::: short answer here\nframing: See [it](nowhere).\nWhat?\n:::", [(2, 18, "L101")]),
        ("[x](javascript:0)", [(1, 4, "L104")]),
        ("[x](<javascript:0>)", [(1, 6, "L104")]),
        ("<javascript://a>", [(1, 2, "L104")]),
        ("[words](not a link", [(1, 7, "L105")]),
        ("[a][b]\n\n[b]: https://b.example", [(3, 1, "L106")]),
        ("[](my-map)", [(1, 2, "L108")]),
        ("[{{lifeline}}](my-map)", [(1, 14, "L114")]),
        ("[`code`](my-map `x`)", [(1, 9, "L104")]),
    ],
)
def test_a_bad_link_is_told_where_it_stands(body: str, place: list[tuple[int, int, str]]) -> None:
    assert problems(body) == place


def test_a_link_in_code_is_no_link() -> None:
    assert "<code>[x](nowhere)</code>" in html("`[x](nowhere)`")


def test_a_crisis_line_comes_with_its_links() -> None:
    shown = html("{{lifeline}}; {{ lifeline.number }}; {{lifeline.name}}; {{listeners.link}}")
    assert '<a href="tel:555">call</a> or <a href="sms:555">text 555</a>' in shown
    assert '<a href="tel:555">555</a>; The &lt;Line&gt;; ' in shown
    assert 'href="https://www.listeners.example/now" rel=' in shown


def test_a_crisis_line_in_code_or_escaped_is_shown_as_written() -> None:
    assert html("`{{lifeline}}` \\{{lifeline}}") == "<p><code>{{lifeline}}</code> {{lifeline}}</p>"


def test_labels_spell_a_crisis_line_out_in_plain_words() -> None:
    made = chapter(
        "::: pick any here\nhint: Or {{lifeline.number}}\nWhat?\n- {{lifeline.name}}: {{lifeline}}\n:::"
    )
    prompt = made.prompts[0]
    assert prompt.hint == "Or 555"
    assert prompt.options == ("The <Line>: call or text 555",)  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", ["[map](my-map)", "*soft*", "**loud**", "`code`", "<b>x</b>"])
def test_markdown_in_a_label_is_told_because_it_would_be_shown_as_typed(words: str) -> None:
    assert problems(f"::: pick any here\nhint: See {words}\nWhat?\n- a\n:::") == [(2, 11, "H105")]
    assert problems(f"::: pick any here\nWhat?\n- a {words}\n:::") == [(3, 5, "H105")]


@pytest.mark.parametrize(
    "words", ["5 * 3 * 2", "a [b] (c)", "*starred", "1 < 2 > 0", "a ___ b", "a_b_c"]
)
def test_signs_that_mean_nothing_are_fine_in_a_label(words: str) -> None:
    assert chapter(f"::: pick any here\nWhat?\n- {words}\n:::").prompts[0].options == (words,)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("Call {{lifelin}}.", (1, 6, "L111"), "Did you mean 'lifeline'?"),
        ("Call {{zzzz}}.", (1, 6, "L111"), "Known are: lifeline,"),
        ("Call {{listeners.number}}.", (1, 6, "L112"), "has no number"),
        ("Call {{lifeline.nmber}}.", (1, 6, "L112"), "Did you mean 'number'?"),
        ("Call {{lifeline.", (1, 6, "L113"), "'}}'"),
        ("::: pick any here\nWhat?\n- a\n- {{lifelin}}\n:::", (4, 3, "L111"), "Did you mean"),
        ("::: idea\ntitle: {{lifelin}}\nA.\n:::", (2, 8, "L111"), "Did you mean"),
        ("::: idea\ntitle: {{lifeline\nA.\n:::", (2, 8, "L113"), "'}}'"),
    ],
)  # fmt: skip
def test_an_unknown_crisis_line_is_told(body: str, place: tuple[int, int, str], words: str) -> None:
    assert problems(body) == [place]
    assert words in compiled(body)[1][0].message


ELSEWHERE = Index(
    book="quiet",
    books={
        "quiet": {"": frozenset(), "pause": frozenset({"here", "#s-a-chair"})},
        "short": {"": frozenset(), "one": frozenset({"line", "#s-first"})},
    },
    pages={"first-things": frozenset({"#s-if-you-just-used"})},
)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("pause#s-a-chair", "/books/quiet/pause/#s-a-chair"),
        ("book:short", "/books/short/"),
        ("book:short/one", "/books/short/one/"),
        ("book:short/one#prompt-line", "/books/short/one/#prompt-line"),
        ("book:short/one#s-first", "/books/short/one/#s-first"),
        ("page:first-things#s-if-you-just-used", "/first-things/#s-if-you-just-used"),
    ],
)
def test_a_link_leads_to_headings_and_to_other_books(target, leads_to):
    assert address(target, ELSEWHERE) == leads_to


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("pause#s-a-couch", "L109"),
        ("book:shorts", "L110"),
        ("book:short/two", "L101"),
        ("book:short/one#prompt-lines", "L102"),
        ("book:short/one#s-last", "L109"),
        ("book:../etc", "L110"),
        ("page:first-things#prompt-x", "L103"),
    ],
)
def test_a_heading_or_a_book_that_is_not_there_is_named(target, code):
    with pytest.raises(BadLink) as bad:
        address(target, ELSEWHERE)
    assert bad.value.code == code
