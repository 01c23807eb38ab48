"""Every kind on its page: what saving it, coming back to it and changing its mind looks like."""

import re

import pytest
from django.urls import reverse

from tests.elements import page as parsed
from tests.prompts.books import write_book
from tests.prompts.conftest import sent_by_browser
from workbook.journal.entries.queries import answers_for
from workbook.journal.rendering.prompt_form import writer_of

pytestmark = pytest.mark.django_db

PEOPLE = """
::: people folk
kinds: Peer, Professional
Who is in your corner?
:::
"""
SEES_PEOPLE = """
::: map folk
title: Your map
:::

::: recall folk
:::

::: card words
title: Your card
- Who to try: folk
:::

::: guide where
title: Where to?
people: folk

step: first
Who could it be?
- Show my peers -> people: Peer
- Nobody -> help
:::
"""


@pytest.fixture
def edition(settings, tmp_path):
    return lambda *chapters: write_book(settings, tmp_path / "content", *chapters)


class Reader:
    """Someone at a page of the small book, sending forms as a browser does."""

    def __init__(self, person, client):
        self.person = person
        self.client = client

    def page(self, slug="one", query=""):
        return self.client.get(f"/books/small/{slug}/{query}").content.decode()

    def form(self, prompt, html):
        found = re.search(rf'<form class="prompt" id="prompt-{prompt}".*?</form>', html, re.S)
        return found[0] if found else ""

    def send(self, prompt, *pairs, html="", htmx="", without=()):
        """Fill in a drawn form (or a bare one) and send it."""
        fields = sent_by_browser(self.form(prompt, html)) if html else [("version", "0")]
        changed = {name for name, _value in pairs}
        fields = [pair for pair in fields if pair[0] not in changed | set(without)]
        data = {}
        for name, value in [*fields, *pairs, ("writer", writer_of(self.person.user))]:
            data.setdefault(name, []).append(value)
        headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
        url = reverse("save-answer", args=["small", prompt])
        return self.client.post(url, data, headers=headers)

    def kept(self, book, prompt):
        wanted = [book.prompt(prompt).prompt]
        return answers_for(self.person.user, self.person.keyring, book, wanted).get(prompt, [])


@pytest.fixture
def reader(person, entered):
    return Reader(person, entered(person))


def test_a_person_who_is_removed_is_gone_from_everything_at_once(reader, edition):
    edition(PEOPLE, SEES_PEOPLE)
    ana = [("who-0", "Ana"), ("kind-0", "Peer"), ("reach-0", "(555) 010-2030")]
    reader.send("folk", *ana, ("who-1", "Bo"), ("kind-1", "Peer"))
    seen = reader.page("two")
    card = reader.client.get("/books/small/cards/words/").content.decode()
    assert seen.count("Ana") >= 4  # picture, table, recall and guide
    assert "Ana" in card
    assert 'href="tel:5550102030"' in seen
    assert 'href="tel:5550102030"' in card
    reader.send("folk", ("do", "remove:0"), html=reader.page())
    for html in (
        reader.page(),
        reader.page("two"),
        reader.client.get("/books/small/cards/words/").content.decode(),
    ):
        assert "Ana" not in html
        assert "Bo" in html


def test_a_guide_drawn_anew_still_knows_the_readers_people(reader, edition):
    edition(PEOPLE + SEES_PEOPLE)
    reader.send("folk", ("who-0", "Ana"), ("kind-0", "Peer"))
    html = reader.send(
        "where", ("do", "keep"), ("way", "Who could it be? → Show my peers"),
        html=reader.page(), htmx="prompt-where",
    ).content.decode()  # fmt: skip
    assert "Ana" in html
    assert "The steps you saved" in html


def test_a_way_is_kept_only_on_a_press_and_forgotten_on_another(reader, edition):
    book = edition(PEOPLE + SEES_PEOPLE)
    reader.send("where", ("way", "Who could it be? → Nobody"), ("end", "a walk"))
    assert reader.kept(book, "where")[0].answer == {"way": [], "end": "a walk"}
    way = ("way", "Who could it be? → Nobody")
    reader.send("where", way, ("do", "keep"), html=reader.page())
    # Saving again from the page, without a press, keeps it as it is.
    reader.send("where", ("end", "a call"), html=reader.page())
    kept = {"way": ["Who could it be? → Nobody"], "end": "a call"}
    assert reader.kept(book, "where")[0].answer == kept
    assert "Who could it be? → Nobody" in reader.page()
    reader.send("where", ("do", "forget"), html=reader.page())
    assert reader.kept(book, "where")[0].answer == {"way": [], "end": "a call"}


def test_without_javascript_the_steps_that_are_ticked_are_the_way(reader, edition):
    book = edition(PEOPLE + SEES_PEOPLE)
    reader.send("where", ("passed", "Who could it be?"), html=reader.page())
    assert reader.kept(book, "where")[0].answer["way"] == ["Who could it be?"]


SENSITIVE = """
::: {kind} dark
sensitive: yes
{keys}framing: This one may ache.
way out: Go and fold a towel.
What is it like?
{options}
:::

::: recall dark
:::

::: card words
- In my words: dark
:::
"""


def test_what_is_sensitive_is_framed_hidden_when_coming_back_and_never_recalled(reader, edition):
    edition(SENSITIVE.format(kind="long answer", keys="", options=""))
    html = reader.page()
    assert html.index("This one may ache") < html.index("What is it like?")
    assert "Go and fold a towel" in html
    assert "<details" not in reader.form("dark", html)
    reader.send("dark", ("answer", "Like rain."), html=html)
    html = reader.page()
    assert html.count("Like rain.") == 1
    assert "Like rain." in parsed(html).one("details", "prompt__hidden").words
    assert "You can open it where you wrote it" in html
    # The card that names it is there to show it: tests/pages/test_card.py.
    card = reader.client.get("/books/small/cards/words/").content.decode()
    assert card.count("Like rain.") == 1


def test_a_sensitive_scale_is_charted_only_where_earlier_answers_are_opened(reader, edition):
    keys = "repeat: any\n0: Calm\n10: Shaking\nif 0-3: Good to hear.\n"
    edition(SENSITIVE.format(kind="scale", keys=keys, options="").split("::: recall")[0])
    for value in ("1", "2"):
        assert reader.send("dark", ("answer", value), html=reader.page()).status_code == 302
    html = reader.form("dark", reader.page())
    assert html.count("<svg") == 1
    assert html.index("<details") < html.index("<svg")
    url = reader.send("dark", ("answer", "3"), html=reader.page()).url.partition("#")[0]
    answered = reader.client.get(url).content.decode()
    assert "Good to hear" in parsed(answered).one("details", "prompt__hidden").words


def test_a_sensitive_map_and_guide_show_nobody(reader, edition):
    edition(PEOPLE.replace("kinds:", "sensitive: yes\nframing: A\nway out: B\nkinds:"), SEES_PEOPLE)
    reader.send("folk", ("who-0", "Ana"), ("kind-0", "Peer"))
    html = reader.page("two")
    assert "Ana" not in html
    assert "You can open it where you wrote it" in html


LINE = "::: short answer line\n{keys}{question}\n:::\n"


def test_not_today_is_a_full_answer_that_can_be_taken_back(reader, edition):
    book = edition(LINE.format(keys="", question="What is up?"))
    html = reader.send("line", ("answer", "Rain"), ("lane", "not today"), htmx="prompt-line")
    html = html.content.decode()
    assert "That is a full answer" in html
    assert 'value="Rain"' in html
    assert reader.kept(book, "line")[0].answer == {"text": "Rain", "lane": "not today"}
    assert "I’ll answer after all" in reader.page()
    reader.send("line", ("do", "undo-lane"), html=reader.page())
    assert reader.kept(book, "line")[0].answer == {"text": "Rain"}


def test_not_today_alone_is_never_recalled(reader, edition):
    edition(LINE.format(keys="", question="What is up?") + "\n::: recall line\n:::\n")
    reader.send("line", ("lane", "not today"))
    html = reader.page()
    assert "Saved as “not today”" in html
    assert "What you write there shows up here" in html


def test_after_saving_a_repeated_prompt_the_page_shows_what_was_saved(reader, edition):
    edition(LINE.format(keys="repeat: any\n", question="What is up?"))
    html = reader.page()
    response = reader.send("line", ("answer", "Rain"), html=html)
    back = reader.client.get(response.url.partition("#")[0]).content.decode()
    assert 'value="Rain"' in back
    assert 'class="status__saved"' in back
    # Saving from there changes that entry; opening the chapter begins another.
    reader.send("line", ("answer", "Rain, then sun"), html=back)
    fresh = reader.page()
    assert 'value="Rain' not in fresh
    assert fresh.count("Rain, then sun") == 1
    # An entry of nobody's, or of another prompt's, is not begun by an address.
    assert 'class="status__saved"' not in reader.page("one", "?entry=nonsense")


CHECK = """
::: check sits
repeat: any
How does it sit?
- I sleep
- I eat
:::
"""
SCALE = """
::: scale steady
repeat: any
0: Calm
10: Shaking
How is it?
:::
"""


def test_a_scale_and_a_check_that_repeat_stand_beside_their_earlier_selves(reader, edition):
    edition(CHECK + SCALE)
    html = reader.page()
    assert 'class="look-back"' not in html
    for word, number in (("yes", "2"), ("partly", "7")):
        page = reader.page()
        reader.send("sits", ("answer-0", word), html=page)
        reader.send("steady", ("answer", number), html=page)
    html = reader.page()
    shown = parsed(html)
    table = shown.one(of="side-by-side")
    assert [cell.words for cell in table.all("td")] == ["Yes", "Partly", "–", "–"]
    [figure] = [one for one in shown.all("figure") if one.all("svg", "chart")]
    assert len(figure.all("circle")) == 2
    assert [cell.words for cell in figure.all("td")] == ["2", "7"]
    for word in ("total", "score", "average", "streak", "%"):
        assert word not in figure.words + table.words


def test_a_saved_number_joins_the_chart_without_loading_the_page(reader, edition):
    edition(SCALE)
    reader.send("steady", ("answer", "2"), html=reader.page())
    html = reader.send("steady", ("answer", "7"), html=reader.page(), htmx="status-steady")
    html = html.content.decode()
    assert html.count("<circle") == 2
    assert 'id="look-back-steady" hx-swap-oob="true"' in html


def test_an_old_page_never_loses_words_to_a_question_of_another_kind(reader, edition):
    edition(LINE.format(keys="", question="What is up?"))
    old = reader.page()
    book = edition("::: scale line\n0: Calm\n10: Shaking\nWhat is up?\n:::\n")
    response = reader.send("line", ("answer", "Rain on the roof"), html=old)
    assert response.status_code == 409
    assert "Rain on the roof" in response.content.decode()
    assert "Try again" not in response.content.decode()
    assert "The author changed this question" in response.content.decode()
    part = reader.send("line", ("answer", "Rain"), html=old, htmx="status-line")
    assert part.status_code == 409
    assert 'id="status-line"' in part.content.decode()
    assert reader.kept(book, "line") == []


def test_an_answer_keeps_the_wording_that_stood_on_its_page(reader, edition):
    edition(LINE.format(keys="", question="What is up?"))
    old = reader.page()
    book = edition(LINE.format(keys="", question="What is down?"))
    reader.send("line", ("answer", "Rain"), html=old)
    assert reader.kept(book, "line")[0].question == "What is up?"
    assert "You answered an earlier wording" in reader.page()


def test_a_short_answer_made_long_or_long_made_short_is_still_the_answer(reader, edition):
    edition(LINE.format(keys="", question="What is up?").replace("short", "long"))
    reader.send("line", ("answer", "Rain.\nThen sun."))
    edition(LINE.format(keys="", question="What is up?"))
    html = reader.form("line", reader.page())
    assert "<textarea" in html
    assert "another way" not in html
    assert ("answer", "Rain.\nThen sun.") in sent_by_browser(html)


def test_what_another_kind_was_answered_is_shown_and_the_form_is_blank(reader, edition):
    edition("::: pick any line\nWhich?\n- Tea\n- A walk\n:::\n")
    reader.send("line", ("answer", "Tea"), ("answer", "A walk"))
    edition("::: pick one line\nWhich?\n- Tea\n- A walk\n:::\n")
    html = reader.form("line", reader.page())
    assert "asked in a different way" in html
    assert "A walk" in html
    assert not [pair for pair in sent_by_browser(html) if pair[0] == "answer"]


def test_enter_in_a_field_saves_and_presses_no_other_button(reader, edition):
    edition(PEOPLE)
    reader.send("folk", ("who-0", "Ana"))
    first = parsed(reader.form("folk", reader.page())).all("button")[0]
    assert "name" not in first.attributes
