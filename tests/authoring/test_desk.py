"""The writing desk: plain forms over an author's own files, on their own machine."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.authoring.texts import HELP, whole
from tests.elements import page as parsed
from workbook import writing
from workbook.authoring import files
from workbook.chapters.loading import load
from workbook.prompts.registry import answered_kinds

Write = Callable[[str, str], Path]
EDIT = "/desk/book/01-a-door/"


@pytest.fixture
def desk(content: Path, settings: Any) -> Client:
    """A browser at the desk. There is no database: a test that reached for one would fail."""
    settings.ROOT_URLCONF = writing.ROOT_URLCONF
    settings.MIDDLEWARE = writing.MIDDLEWARE
    settings.ALLOWED_HOSTS = writing.ALLOWED_HOSTS
    settings.DEBUG = True
    (content / "pages").mkdir()
    for name in ("about", "privacy", "for-organizations", "for-clinicians"):
        (content / f"pages/{name}.md").write_text(f"---\ntitle: {name}\n---\n\nText.\n")
    return Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def chapter(desk: Client, write: Write) -> Path:
    return write("01-a-door.md", whole(status="draft"))


def seen(desk: Client, address: str = EDIT) -> str:
    return seen_in(desk.get(address))


def seen_in(response: Any) -> str:
    [mark] = parsed(page(response)).values("seen")
    return mark


def page(response: Any) -> str:
    return str(response.content.decode())


def test_a_desk_over_nothing_at_all_begins_with_a_workbook(
    desk: Client, settings: Any, tmp_path: Path
) -> None:
    settings.CONTENT_DIR = tmp_path / "not-made-yet"
    html = page(desk.get("/desk/"))
    assert "Begin with a workbook" in html
    desk.post("/desk/new/", {"title": "Evenings, Together"})
    assert (tmp_path / "not-made-yet" / "evenings-together" / "book.md").exists()
    assert "Title of a new chapter" in page(desk.get("/desk/"))


def test_the_desk_lists_every_text_with_what_there_is_to_look_at(
    desk: Client, chapter: Path, write: Write
) -> None:
    write(
        "02-next.md", whole(middle="He committed suicide.\n").replace("answer one", "answer five")
    )
    html = page(desk.get("/desk/"))
    assert "A Door" in html
    assert "before publishing" in html
    assert 'id="crisis-banner"' in html
    assert 'id="disclaimer"' in html


def test_the_editor_lists_every_error_of_a_draft(desk: Client, write: Write) -> None:
    wrong = "He committed suicide. It was suicide because of it. Addicts heal. [Here](page:none)."
    write("01-a-door.md", whole(status="draft", middle=f"{wrong}\n"))
    listed = parsed(page(desk.get(EDIT))).one("ol", of="findings")
    codes = {small.words.split(";")[0] for small in listed.all("small")}
    assert {"C01a", "C01b", "C05", "C07b", "C08", "C18d", "L103"} <= codes


def test_whoever_signs_finds_what_no_rule_can_see(desk: Client, chapter: Path) -> None:
    (link,) = [a for a in parsed(page(desk.get(EDIT))).all("a") if "checklist" in a.words]
    shown = parsed(page(desk.get(link.attributes["href"])))
    assert shown.one("h1").words == "The signing checklist"
    assert {"Is it safe?", "Is it kind?", "Is it true?"} <= {h.words for h in shown.all("h2")}
    assert len(shown.one("main").all("li")) > 15


def test_the_editor_shows_the_file_as_it_is(desk: Client, chapter: Path) -> None:
    shown = parsed(page(desk.get(EDIT))).one("textarea").text
    assert shown.removeprefix("\n") == chapter.read_text()


def test_a_problem_stands_with_the_line_it_belongs_to(desk: Client, chapter: Path) -> None:
    chapter.write_text(whole(status="draft", middle="He committed suicide.\n"))
    number = chapter.read_text().splitlines().index("He committed suicide.") + 1
    line = parsed(page(desk.get(EDIT))).one("li", id=f"line-{number}")
    assert "died by suicide" in line.words


def test_minutes_and_grade_stand_beside_each_section(desk: Client, chapter: Path) -> None:
    html = page(desk.get(EDIT))
    [section] = [one for one in parsed(html).all("a") if one.words == "Before you go"]
    assert section.attributes["href"].startswith("#line-")
    assert "All of it" in html


def test_saving_writes_the_file(desk: Client, chapter: Path) -> None:
    words = whole(status="draft", middle="One line more.\n")
    response = desk.post(
        EDIT, {"text": words.replace("\n", "\r\n"), "seen": seen(desk)}, follow=True
    )
    assert chapter.read_text() == words
    assert "Saved to the file." in page(response)


def test_saving_gives_ids_to_questions_that_have_none(desk: Client, chapter: Path) -> None:
    words = whole(status="draft", middle="::: short answer\nWhat now?\n:::\n")
    response = desk.post(EDIT, {"text": words, "seen": seen(desk)}, follow=True)
    assert "an id for 1 question" in page(response)
    assert re.search(r"^::: short answer a-door-\w{5}$", chapter.read_text(), re.MULTILINE)
    assert not load(chapter.parents[1]).problems


def test_newer_words_in_the_file_are_never_overwritten(desk: Client, chapter: Path) -> None:
    mark = seen(desk)
    theirs = whole(status="draft", middle="From another editor.\n")
    chapter.write_text(theirs)
    mine = whole(status="draft", middle="From the desk.\n")
    response = desk.post(EDIT, {"text": mine, "seen": mark})
    assert response.status_code == 409
    assert chapter.read_text() == theirs
    html = page(response)
    assert "From another editor." in html
    assert "From the desk." in html
    desk.post(EDIT, {"text": mine, "seen": seen_in(response)})
    assert chapter.read_text() == mine


def test_an_empty_field_never_empties_the_file(desk: Client, chapter: Path) -> None:
    before = chapter.read_text()
    response = desk.post(EDIT, {"text": " \r\n", "seen": seen(desk)})
    assert response.status_code == 422
    assert chapter.read_text() == before


def test_the_desk_tells_when_a_file_has_changed(desk: Client, chapter: Path) -> None:
    before = page(desk.get(f"{EDIT}state/"))
    chapter.write_text(whole(status="draft", middle="New.\n"))
    after = page(desk.get(f"{EDIT}state/"))
    assert before != after == files.mark(chapter.read_text())


def test_the_preview_is_the_page_a_reader_gets(desk: Client, chapter: Path) -> None:
    html = page(desk.get(f"{EDIT}preview/"))
    assert "<h1>A Door</h1>" in html
    assert 'id="prompt-one"' in html
    assert 'name="answer"' in html
    assert 'id="crisis-banner"' in html


def test_the_preview_shows_what_does_not_compile_yet(desk: Client, chapter: Path) -> None:
    chapter.write_text(
        whole(status="draft", middle="[Nowhere](nowhere)\n\n::: shortt answer x\nA\n:::\n")
    )
    html = page(desk.get(f"{EDIT}preview/"))
    assert "<h1>A Door</h1>" in html
    assert 'id="prompt-two"' in html


def test_an_example_shows_in_the_preview_and_on_no_map_of_answers(
    desk: Client, chapter: Path, write: Write
) -> None:
    write("02-more.md", "---\ntitle: More\n---\n\n::: example\nfor: two\n\n- Tea\n:::\n")
    example = parsed(page(desk.get("/desk/book/02-more/preview/"))).one(of="block--example")
    assert "Made up" in example.words
    assert example.one("li").words == "Tea"
    assert "No answer is shown again yet." in page(desk.get("/desk/book/map/"))
    write("02-more.md", "---\ntitle: More\n---\n\n::: example\nfor: two\n\n- Toe\n:::\n")
    assert "B333" in page(desk.get("/desk/book/02-more/"))


def test_introductions_and_pages_have_previews(desk: Client, chapter: Path) -> None:
    assert "Start anywhere." in page(desk.get("/desk/book/book/preview/"))
    assert "<h1>about</h1>" in page(desk.get("/desk/pages/about/preview/"))


def test_a_page_that_asks_who_reads_is_shown_to_nobody(desk: Client, write: Write) -> None:
    write("01-a-door.md", whole())
    assert desk.get("/books/book/a-door/print/").status_code == 200


def test_links_in_a_preview_lead_to_previews(desk: Client, chapter: Path) -> None:
    assert "<h1>A Door</h1>" in page(desk.get("/books/book/a-door/"))
    assert "A Door" in page(desk.get("/books/book/"))
    assert desk.get("/books/book/nowhere/").status_code == 404


def test_only_the_desk_may_frame_and_only_itself(desk: Client, chapter: Path) -> None:
    response = desk.get(f"{EDIT}preview/")
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'none'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_nothing_filled_in_beside_the_desk_is_kept(desk: Client, chapter: Path) -> None:
    response = desk.post("/journal/answers/book/one/", {"answer": "words"})
    assert response.status_code == 403
    assert "keeps nothing" in page(response)


@pytest.mark.parametrize("address", ["192.168.1.20", "8.8.8.8", "2001:db8::1", "nonsense"])
def test_who_is_not_on_this_machine_is_refused(desk: Client, address: str) -> None:
    assert desk.get("/desk/", REMOTE_ADDR=address).status_code == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_this_machine_is_let_in(desk: Client, address: str) -> None:
    assert desk.get("/desk/", REMOTE_ADDR=address).status_code == 200


def test_another_name_for_this_machine_is_refused(desk: Client) -> None:
    assert desk.get("/desk/", headers={"host": "evil.example"}).status_code == 400


def test_a_form_from_elsewhere_is_refused(desk: Client, chapter: Path) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
    before = chapter.read_text()
    response = strict.post(EDIT, {"text": "gone", "seen": seen(desk)})
    assert response.status_code == 403
    assert chapter.read_text() == before


@pytest.mark.parametrize(
    "address",
    ["/desk/book/nothing/", "/desk/nothing/book/", "/desk/book/..%2f..%2fhelp/", "/desk/../help/"],
)
def test_a_name_is_only_looked_up(desk: Client, address: str) -> None:
    assert desk.get(address).status_code == 404


def test_a_site_has_no_desk() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert "chapter" in names
    assert not [name for name in names if name.startswith("desk")]


def test_a_new_chapter_is_made_and_opened(desk: Client, chapter: Path) -> None:
    response = desk.post("/desk/book/new/", {"title": "Second Door"})
    assert response["Location"] == "/desk/book/02-second-door/"
    assert (chapter.parent / "02-second-door.md").exists()
    again = desk.post("/desk/book/new/", {"title": "Second Door"}, follow=True)
    assert "already" in page(again)


def test_a_new_workbook_is_made_and_opened(desk: Client) -> None:
    response = desk.post("/desk/new/", {"title": "Night Book"})
    assert response["Location"] == "/desk/night-book/book/"
    assert "notice--error" in page(desk.post("/desk/new/", {"title": "?"}, follow=True))


# --- Add a question ---

FILLED = {
    "question": "What is near you?\nIt may be small.",
    "options": "- Tea\n• A walk\n3. Rain",
    "own": "yes",
    "hint": "Three words\nwill do.",
    "0": "Low",
    "10": "High",
    "if 0-3": "{{lifeline}}.",
    "columns": "What\nWhen",
    "rows": "2",
    "kinds": "Personal\nPeer",
    "answers": "true now\nnot mine",
    "title": "Where now?",
    "steps": "step: a\nHere?\n- Yes -> help\n- No -> end: Rest.",
    "repeat": "any",
}


@pytest.mark.parametrize("kind", list(answered_kinds()))
def test_every_kind_can_be_asked_without_knowing_how_it_is_written(
    desk: Client, chapter: Path, kind: str
) -> None:
    ask = f"{EDIT}ask/"
    assert kind.capitalize() in page(desk.get(ask))
    assert "Where it goes" in page(desk.get(ask, {"kind": kind}))
    response = desk.post(ask, {**FILLED, "kind": kind, "seen": seen(desk), "after": ""})
    assert response.status_code == 302, page(response)
    made = load(chapter.parents[1])
    assert made.problems == ()
    new = [p.prompt for p in made.book("book").prompts if p.prompt.id.startswith("a-door-")]
    assert [prompt.kind for prompt in new] == [kind]
    line = int(response["Location"].partition("#line-")[2])
    assert chapter.read_text().splitlines()[line - 1].startswith(f"::: {kind} a-door-")


@pytest.mark.parametrize(
    ("kind", "given", "key"),
    [
        ("short answer", {"follow up": "yes"}, "follow up: yes"),
        ("people", {"from": "folk"}, "from: folk"),
        ("scale", {"falls from": "low", "if lower": "A person\nis near."}, "if lower: A person is near."),
        ("guide", {"drawn": "yes"}, "drawn: yes"),
    ],
)  # fmt: skip
def test_a_form_offers_what_a_kind_can_do_besides(
    desk: Client, chapter: Path, write: Write, kind: str, given: dict[str, str], key: str
) -> None:
    write(
        "02-b.md",
        "---\ntitle: B\n---\n\n::: people folk\nkinds: Peer\nWho?\n:::\n\n::: scale low\n0: L\n10: H\nHow?\n:::\n",
    )
    form = parsed(page(desk.get(f"{EDIT}ask/", {"kind": kind})))
    assert {name for name in given if not form.all("", name=name)} == set()
    before = chapter.read_text().count(f"\n{key}\n")
    for posted in (given, {}):
        data = {**FILLED, "kind": kind, "seen": seen(desk), "after": "", **posted}
        assert desk.post(f"{EDIT}ask/", data).status_code == 302
        assert load(chapter.parents[1]).problems == ()
        assert chapter.read_text().count(f"\n{key}\n") == before + 1


def test_every_answered_kind_has_a_form() -> None:
    assert all(kind.about and kind.author_fields() for kind in answered_kinds().values())


def test_a_question_goes_where_it_was_put_and_moves_nothing_else(
    desk: Client, chapter: Path
) -> None:
    before = chapter.read_text()
    after = before.splitlines().index("## Before you go") + 1
    given = {"kind": "short answer", "question": "What now?", "after": str(after)}
    desk.post(f"{EDIT}ask/", {**given, "seen": seen(desk)})
    text = chapter.read_text()
    assert re.search(
        r"## Before you go\n\n::: short answer \S+\nWhat now\?\n:::\n\nYou can stop", text
    )
    rest = re.sub(r"::: short answer a-door-\S+\nWhat now\?\n:::\n\n", "", text)
    assert rest == before


def test_what_is_missing_is_said_and_nothing_typed_is_lost(desk: Client, chapter: Path) -> None:
    before = chapter.read_text()
    given = {"kind": "scale", "question": "How steady?", "0": "Low", "seen": seen(desk)}
    html = page(desk.post(f"{EDIT}ask/", given))
    assert "What 10 means: fill this in." in html
    assert "How steady?" in html
    assert chapter.read_text() == before


def test_a_question_that_would_not_work_is_explained(desk: Client, chapter: Path) -> None:
    given = {"kind": "pick one", "question": "Which?", "options": "Tea\ntea", "seen": seen(desk)}
    html = page(desk.post(f"{EDIT}ask/", given))
    assert "is there twice" in html


def test_a_question_for_an_older_file_is_not_put_anywhere(desk: Client, chapter: Path) -> None:
    mark = seen(desk)
    chapter.write_text(whole(status="draft", end=HELP))
    given = {"kind": "short answer", "question": "What now?", "seen": mark, "after": "12"}
    html = page(desk.post(f"{EDIT}ask/", given))
    assert "has changed while you wrote" in html
    assert "What now?" in html
    assert chapter.read_text() == whole(status="draft", end=HELP)


def test_a_sensitive_question_brings_its_framing(desk: Client, chapter: Path) -> None:
    given = {"kind": "long answer", "question": "What helps?", "sensitive": "yes"}
    given |= {"framing": "A few words.", "way out": "Stop here.", "seen": seen(desk)}
    desk.post(f"{EDIT}ask/", given)
    assert "sensitive: yes\nframing: A few words.\nway out: Stop here.\n" in chapter.read_text()


def test_colons_in_a_question_open_no_block(desk: Client, chapter: Path) -> None:
    given = {"kind": "short answer", "question": "::: story\nWhat?\n:::", "seen": seen(desk)}
    desk.post(f"{EDIT}ask/", given)
    assert load(chapter.parents[1]).problems == ()


# --- The map ---

MAP = """\
::: people my-people
kinds: Personal, Peer
Who is there?
:::

::: recall my-people
:::

::: guide way
title: Where now?
people: my-people

step: a
Here?
- Yes -> people: Peer
- No -> b
- Again -> a

step: b
There?
- Back -> a
- Done -> end: Rest.
:::
"""


def test_the_map_says_what_comes_back_where(desk: Client, chapter: Path, write: Write) -> None:
    write("02-next.md", "---\ntitle: Next\n---\n\n" + MAP)
    write("03-last.md", "---\ntitle: Last\n---\n\n::: map my-people\n:::\n")
    shown = parsed(page(desk.get("/desk/book/map/")))
    [row] = [one for one in shown.all("tr") if one.words.startswith("Who is there?")]
    assert "Last" in row.words
    assert "(map)" in row.words
    assert len(shown.all("svg", of="drawing--map")) == 2


def test_a_guide_is_drawn_with_a_line_for_each_way_to_a_step(desk: Client, write: Write) -> None:
    write("02-next.md", "---\ntitle: Next\n---\n\n" + MAP)
    html = page(desk.get("/desk/book/map/"))
    drawn = parsed(html).one("svg", aria_label="The steps of the guide way")
    lines = drawn.all("path", of="drawing__line")
    assert len(lines) == 3
    assert len([line for line in lines if "drawing__line--back" in line.classes]) == 2
    assert "Done → Rest." in drawn.words
    assert "step: " not in drawn.words


def test_words_on_the_map_are_never_markup(desk: Client, write: Write) -> None:
    bad = MAP.replace("Here?", "Here <b>&amp; there</b>?")
    write("02-next.md", "---\ntitle: A <i>title</i>\n---\n\n" + bad)
    html = page(desk.get("/desk/book/map/"))
    assert "<b>" not in html
    assert "<i>" not in html


def test_a_map_of_nothing_is_a_page_as_well(desk: Client) -> None:
    assert "No answer is shown again yet" in page(desk.get("/desk/book/map/"))
