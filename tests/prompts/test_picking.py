"""Names of an earlier answer that are added to a later one instead of typed again."""

import pytest
from django.urls import reverse

from tests.elements import page
from tests.journal.writing import write
from tests.prompts.books import write_book
from tests.prompts.conftest import sent_by_browser
from workbook.chapters.compiler import compile_chapter
from workbook.journal.entries.queries import answers_for
from workbook.journal.rendering.prompt_form import writer_of

pytestmark = pytest.mark.django_db

MAP = "::: people folk\n{keys}kinds: Personal, Peer\nWho?\n:::\n"
LATER = "::: people night\nfrom: folk\nkinds: Peer, A line\nWho first?\n:::\n"
SIS = {"who": "Sis", "kinds": ["Personal", "Peer"], "good_for": "rides", "reach": "555-0142"}
BO = {"who": "Bo & co", "kinds": ["Personal"], "good_for": "", "reach": "text him"}


@pytest.fixture
def book(settings, tmp_path):
    return write_book(settings, tmp_path / "content", MAP.format(keys="") + "\n" + LATER)


@pytest.fixture
def client(book, person, entered):
    answer = {"people": [SIS, BO]}
    write(person.user, person.keyring, book, book.prompt("folk").prompt, answer, expected=0)
    return entered(person)


def form_of(client, prompt="night"):
    return page(client.get("/books/small/one/").text).one("form", id=f"prompt-{prompt}")


def offered(form):
    return [button.words for button in form.all("button") if "pick:" in button.attributes.get("value", "")]  # fmt: skip


def press(client, name, *typed, **headers):
    """Presses a button of the form as a browser without a script does, with everything in it."""
    html = client.get("/books/small/one/").text
    form = html[html.index('id="prompt-night"') :].partition("</form>")[0]
    pairs = [pair for pair in sent_by_browser(form) if pair[0] not in {n for n, _v in typed}]
    data = {}
    for field, value in (*pairs, *typed, ("do", f"pick:{name}")):
        data.setdefault(field, []).append(value)
    return client.post(reverse("save-answer", args=["small", "night"]), data, headers=headers)


def kept(person, book):
    prompt = book.prompt("night").prompt
    found = answers_for(person.user, person.keyring, book, [prompt]).get("night", [])
    return found[0].answer["people"] if found else None


def test_each_name_has_a_button_until_it_is_there(client, person, book):
    assert offered(form_of(client)) == ["+ Sis", "+ Bo & co"]
    assert press(client, "Sis").status_code == 302
    assert offered(form_of(client)) == ["+ Bo & co"]
    assert not offered(form_of(client, "folk"))


def test_a_press_adds_the_whole_row_with_the_kinds_that_are_offered_here(client, person, book):
    press(client, "Sis")
    press(client, "Bo & co")
    assert kept(person, book) == [SIS | {"kinds": ["Peer"]}, BO | {"kinds": []}]


def test_what_was_typed_is_saved_with_it_and_stands_first(client, person, book):
    press(client, "Sis", ("who-0", "A warmline"), ("kind-0", "A line"))
    typed = {"who": "A warmline", "kinds": ["A line"], "good_for": "", "reach": ""}
    assert kept(person, book) == [typed, SIS | {"kinds": ["Peer"]}]


def test_nobody_is_added_twice_or_out_of_thin_air(client, person, book):
    press(client, "Sis")
    press(client, "sis ")
    press(client, "Nobody we know")
    assert [row["who"] for row in kept(person, book)] == ["Sis"]


def test_a_save_by_itself_adds_nobody(client, person, book):
    address = reverse("save-answer", args=["small", "night"])
    data = {"writer": writer_of(person.user), "version": "0", "who-0": "Someone"}
    client.post(address, data, headers={"HX-Request": "true"})
    assert [row["who"] for row in kept(person, book)] == ["Someone"]


def test_with_a_script_the_form_is_drawn_anew_with_the_row_in_it(client, person, book):
    htmx = {"HX-Request": "true", "HX-Target": "prompt-night"}
    form = page(press(client, "Sis", **htmx).text).one("form", id="prompt-night")
    assert form.one("input", name="who-0").attributes["value"] == "Sis"
    assert offered(form) == ["+ Bo & co"]


def test_nobody_is_offered_out_of_a_sensitive_answer_or_anothers(
    settings, tmp_path, make_person, entered, client
):
    other = entered(make_person("somebody-else"))
    assert not offered(form_of(other))
    keys = "sensitive: yes\nframing: F.\nway out: W.\n"
    write_book(settings, tmp_path / "content", MAP.format(keys=keys) + "\n" + LATER)
    assert not offered(form_of(client))
    press(client, "Sis")
    assert not form_of(client).one("input", name="who-0").attributes["value"]


def test_for_who_only_reads_there_is_nobody_to_pick(book, client):
    client.logout()
    assert "Add from your map" not in client.get("/books/small/one/").text


@pytest.mark.parametrize(
    ("text", "code"), [(LATER, "K105"), (LATER + "\n::: short answer folk\nWho?\n:::\n", "K106")]
)
def test_the_earlier_question_must_be_there_and_ask_for_people(settings, tmp_path, text, code):
    with pytest.raises(AssertionError, match=code):
        write_book(settings, tmp_path / "content", text)
    assert not compile_chapter(f"---\ntitle: One\n---\n{text}", "small/01-one.md")[1]
