"""The allow-list, tried with what attackers try."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.elements import page as parsed
from workbook.chapters.sanitize import ATTRIBUTES, SCHEMES, TAGS, sanitize
from workbook.chapters.words import plain

REL = 'rel="noopener noreferrer external"'


class Seen(HTMLParser):
    """Fails on any element or attribute that isn't allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert tag in TAGS
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, ()) or (tag, name) == ("a", "rel")
            if name == "id":
                assert (value or "").startswith("s-")
            if name in {"href", "src"}:
                scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", value or "", re.IGNORECASE)
                assert not scheme or scheme[1].lower() in SCHEMES

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment came through")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration came through")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("an instruction came through")


def assert_harmless(html: str) -> list[str]:
    seen = Seen()
    seen.feed(html)
    seen.close()
    return seen.tags


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example></sCrIpT>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><a xlink:href='javascript:0'><text>x</text></a></svg>",
        "<math><mi xlink:href='javascript:0'>x</mi></math>",
        "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<form action=/x><input name=a><button formaction=javascript:0>x</button></form>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=x></object><embed src=x><applet></applet><base href=//evil.example>",
        "<meta http-equiv=refresh content='0;url=//evil.example'><link rel=stylesheet href=x>",
        "<p style='background:url(//evil.example)'>x</p><style>*{display:none}</style>",
        "<p id=crisis-banner class=hidden name=x data-x=1 hx-get=/exit/ onclick=x tabindex=1>x</p>",
        "<h2 id=disclaimer>x</h2><h2 id='s-a\" onclick=x'>y</h2>",
        "<a href=javascript:0>x</a><a href='java\tscript:0'>x</a><a href=' &#1; javascript:0'>x</a>",
        "<a href='&#106;avascript&colon;0'>x</a><a href=data:text/html,x>x</a><a href=vbscript:0>x</a>",
        "<a href='//evil.example' target=_blank rel=opener ping=x download>x</a>",
        "<img src='//evil.example/a.png' alt=x><img src='https://evil.example/a.png' srcset=x>",
        "<img src='/\\evil.example'>",
        "<td background=x align='left;x' colspan=99999>x</td><ol start='1 onclick=x'><li>y</li></ol>",
        "<!-- x --><!doctype html><?php x ?><![CDATA[x]]>",
        "<template><script>x</script></template><slot name=x></slot><x-y is=a></x-y>",
        "<textarea><script>x</script></textarea><title><script>x</script></title><xmp><b></xmp>",
        "<video poster=javascript:0><source onerror=x></video><details open ontoggle=x>y</details>",
        "<" * 50,
        "<a" * 50,
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_nothing_that_acts_comes_through(html: str) -> None:
    cleaned = sanitize(html)
    assert_harmless(cleaned)
    assert not parsed(cleaned).acting()
    assert not [one for one in parsed(cleaned) if one.attributes.keys() & {"class", "name"}]
    assert sanitize(cleaned) == cleaned


@given(st.text(alphabet=st.sampled_from("<>/='\"& \n!-abhijprstx:;#0ps"), max_size=80))
def test_no_arrangement_of_signs_makes_an_element_that_is_not_allowed(html: str) -> None:
    assert_harmless(sanitize(html))


def test_what_is_not_allowed_is_shown_and_does_not_vanish() -> None:
    assert sanitize("<b>Kept</b>") == "&lt;b&gt;Kept&lt;/b&gt;"


@pytest.mark.parametrize("href", ["https://a.example", "HTTP://a.example", "//a.example/x"])
def test_links_out_are_marked(href: str) -> None:
    assert REL in sanitize(f'<a href="{href}" title="a > b">x</a>')


@pytest.mark.parametrize(
    "href", ["/books/a/", "#prompt-x", "tel:555", "sms:555", "mailto:a@b.example"]
)
def test_links_within_and_to_a_person_are_not(href: str) -> None:
    assert sanitize(f'<a href="{href}">x</a>') == f'<a href="{href}">x</a>'


def test_markup_of_chapters_passes_unchanged() -> None:
    html = (
        '<h2 id="s-a">A</h2><p>b <em>c</em> <strong>d</strong> <code>e</code><br></p><ul><li>f</li></ul>'
        '<ol start="3"><li>g</li></ol><blockquote><p>h</p></blockquote><hr><pre><code>i\n</code></pre>'
        '<table><thead><tr><th align="left">j</th></tr></thead><tbody><tr><td>k</td></tr></tbody></table>'
        '<figure><img src="/x.png" alt="l" loading="lazy"><figcaption>m</figcaption></figure>'
    )
    tags = assert_harmless(sanitize(html))
    assert set(tags) == TAGS - {"a", "h3", "h4", "h5", "h6"}
    assert len(sanitize(html)) == len(html)


def test_plain_words_have_a_line_for_each_paragraph_and_item() -> None:
    html = "<p>A\nb &lt;i&gt; <em>c</em>.</p><ul><li>d</li><li>e<br>f</li></ul><pre><code>g\nh</code></pre>"
    assert plain(html) == "A b <i> c.\nd\ne\nf\ng\nh"
    assert plain("<table><tr><td>a</td><td>b</td></tr></table>") == "a b"
