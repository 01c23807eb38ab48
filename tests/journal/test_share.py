"""The bridge sheet: nothing on it that wasn't ticked or typed, and for work as little as can be."""

import datetime
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.costs import cost
from tests.elements import page as parsed
from tests.journal.writing import write
from workbook.chapters.loader import library
from workbook.crisis.loader import help_lines
from workbook.journal.models import Entry
from workbook.journal.transfer.share import sheet as bridge
from workbook.journal.transfer.share import views
from workbook.journal.transfer.share.sheet import MOST_PIECES, OF_ONE_ANSWER, SHEETS

BOOK = "alongside"
CLINICIAN, FRIEND, WORK = (reverse("bridge-sheet", args=[who]) for who in SHEETS)


def someone(who, *kinds):
    return {"who": who, "kinds": list(kinds), "good_for": "cover", "reach": ""}


@pytest.fixture
def keep(person):
    book = library().book(BOOK)

    def keep(prompt, answer, **more):
        placed = book.prompt(prompt)
        return write(person.user, person.keyring, book, placed.prompt, answer, expected=0, **more)

    return keep


@pytest.fixture
def filled(keep):
    keep("understood-once", {"text": "A neighbor did.\n\nSo did a stranger."})
    keep("my-people", {"people": [someone("Fay", "Peer"), someone("Dana", "Workplace")]})
    keep("work-private", {"text": "Why I was away."})
    keep("around-for", {"columns": ["What", "When"], "rows": [["the tomatoes", "July"]]})


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def offers(html):
    """{what a box says: (its value, whether it is ticked)}"""
    boxes = re.findall(
        r'name="pick" value="([^"]+)"( checked)?> <span[^>]*>(.*?)</span>', html, re.S
    )
    return {words: (value, bool(checked)) for value, checked, words in boxes}


def value(html, start):
    [found] = [value for words, (value, _ticked) in offers(html).items() if start in words]
    return found


def make(client, address, **fields):
    response = client.post(address, fields)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def test_the_first_page_asks_who_it_is_for(person, entered):
    html = page(entered(person), reverse("bridge"))
    for address in (CLINICIAN, FRIEND, WORK):
        assert f'href="{address}"' in html


@pytest.mark.parametrize("address", [CLINICIAN, FRIEND])
def test_nothing_is_ticked_to_begin_with(person, entered, filled, address):
    boxes = offers(page(entered(person), address))
    assert len(boxes) == 6
    assert not any(ticked for _value, ticked in boxes.values())


def test_for_work_nothing_but_workplace_lines_is_ticked(person, entered, filled):
    boxes = offers(page(entered(person), WORK))
    assert [words for words, (_value, ticked) in boxes.items() if ticked] == [
        "Who: Dana; Kind of support: Workplace; Good for: cover"
    ]


def test_a_question_about_work_is_not_ticked_because_its_answer_may_be_what_stays_private(
    person, entered, filled
):
    boxes = offers(page(entered(person), WORK))
    assert boxes["Why I was away."][1] is False


def test_only_what_is_ticked_is_on_the_sheet(person, entered, filled):
    client = entered(person)
    pick = value(page(client, FRIEND), "So did a stranger")
    html = make(client, FRIEND, pick=pick, asks="yes", heading="For Fay", note="Thank you.")
    sheet = html[html.index('class="sheet"') : html.index("</article>")]
    for words in ("For Fay", "Thank you.", "So did a stranger."):
        assert words in sheet
    for words in ("A neighbor did", "Dana", "Why I was away", "tomatoes"):
        assert words not in html


def test_rows_of_one_answer_come_together_under_its_question(person, entered, filled):
    client = entered(person)
    boxes = offers(page(client, CLINICIAN))
    picks = [value for words, (value, _ticked) in boxes.items() if words.startswith("Who:")]
    html = make(client, CLINICIAN, pick=picks, asks="yes")
    assert html.count("Who is in your corner") == 1
    assert html.count("<table") == 1


def test_sensitive_answers_are_folded_away_and_never_ticked(person, entered, filled):
    html = page(entered(person), WORK)
    folded = html[html.index('class="pick__apart"') :]
    assert "<details" in html
    assert "tomatoes" in folded[: folded.index("</details>")]
    assert "tomatoes" not in html[: html.index('class="pick__apart"')]


def test_the_sheet_for_work_is_there_as_bare_text_that_tells_nothing_of_this_site(
    person, entered, filled
):
    client = entered(person)
    pick = value(page(client, WORK), "Dana")
    html = make(client, WORK, pick=pick, note="Fewer closing shifts would help.")
    text = parsed(html).one("textarea", id="bare-text").text.removeprefix("\n")
    assert text == (
        "Fewer closing shifts would help.\n\n"
        "- Who: Dana; Kind of support: Workplace; Good for: cover\n"
    )
    assert "Read it through once more before you send it." in html


@pytest.mark.parametrize("address", [CLINICIAN, FRIEND])
def test_only_the_one_for_work_comes_as_bare_text(person, entered, address):
    assert 'id="bare-text"' not in make(entered(person), address, note="words")


@pytest.mark.parametrize("address", [CLINICIAN, FRIEND, WORK])
def test_every_printed_sheet_carries_help_and_disclaimer(person, entered, address):
    html = make(entered(person), address, note="words")
    assert str(help_lines().banner_html()) in html
    assert help_lines().disclaimer in html


def test_the_ticks_and_words_can_be_changed_again(person, entered, filled):
    client = entered(person)
    pick = value(page(client, FRIEND), "A neighbor")
    html = make(client, FRIEND, pick=pick, note="My <own> words", change="yes")
    assert offers(html)["A neighbor did."][1] is True
    assert "My &lt;own&gt; words" in html
    assert 'name="asks" value="yes" checked' not in html


def test_an_answer_that_changed_meanwhile_is_looked_at_again(person, entered, keep):
    written = keep("understood-once", {"text": "before"})
    client = entered(person)
    pick = value(page(client, FRIEND), "before")
    book = library().book(BOOK)
    prompt = book.prompt("understood-once").prompt
    more = {"expected": written.version}
    write(person.user, person.keyring, book, prompt, {"text": "after"}, **more)
    response = client.post(FRIEND, {"pick": pick, "note": "kept words"})
    assert response.status_code == 409
    assert "kept words" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Nothing is chosen"),
        ({"heading": "x" * 201}, "too long"),
        ({"note": "x" * 10_001}, "too long"),
        ({"pick": "nonsense", "note": "kept words"}, "An answer changed"),
    ],
)
def test_what_makes_no_sheet_comes_back_with_the_words(person, entered, fields, says):
    response = entered(person).post(FRIEND, fields)
    html = response.content.decode()
    assert response.status_code in {409, 422}
    assert says in html
    assert fields.get("note", "") in html


def test_a_stale_token_keeps_ticks_and_words(person, entered, filled):
    client = entered(person)
    pick = value(page(client, FRIEND), "A neighbor")
    client.handler.enforce_csrf_checks = True
    response = client.post(FRIEND, {"pick": pick, "note": "kept words"})
    html = response.content.decode()
    assert response.status_code == 403
    assert "kept words" in html
    assert offers(html)["A neighbor did."][1] is True


def test_someone_elses_answers_are_never_offered(make_person, entered, filled):
    other = make_person("bo")
    html = page(entered(other), FRIEND)
    assert not offers(html)
    mine = Entry.objects.first()
    response = entered(other).post(FRIEND, {"pick": f"{mine.id}:{mine.revision}:0"})
    assert response.status_code == 409
    assert "neighbor" not in response.content.decode()


def test_it_needs_an_open_journal_and_is_never_cached(person, entered, filled):
    for client in (Client(), entered(person, locked=True)):
        for address in (reverse("bridge"), WORK):
            assert client.get(address).status_code == 302
        assert client.post(WORK, {"note": "x"}).status_code == 302
    assert "no-store" in entered(person).post(WORK, {"note": "x"})["Cache-Control"]


def test_an_unknown_reader_is_not_found(person, entered):
    address = reverse("bridge-sheet", args=["nobody"])
    client = entered(person)
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_nothing_is_kept_of_it(person, entered, filled):
    client = entered(person)
    before = list(Entry.objects.values_list("id", "revision"))
    make(client, FRIEND, note="typed for one page only")
    assert list(Entry.objects.values_list("id", "revision")) == before
    assert "typed for one page only" not in page(client, FRIEND)


def test_not_today_is_nothing_to_tick(person, entered, keep):
    keep("understood-once", {"text": "", "lane": "not today"})
    assert not offers(page(entered(person), FRIEND))


# --- What it costs ---

HEAVY = {
    "paragraphs": {"text": "a\n\n" * 33_000},
    "blank lines": {"text": "\n \n" * 33_000 + "x"},
    "one long word": {"text": "a" * 100_000},
    "marks": {"text": "a" + "\u0301\u0323" * 49_000},
    "rows": {"columns": ["a", "b"], "rows": [["x", "y"]] * 300},
}


@pytest.mark.parametrize("answer", HEAVY.values(), ids=HEAVY)
def test_answers_in_tens_of_thousands_of_parts_make_a_page_like_any_other(
    person, make_person, entered, keep, answer
):
    prompt = "around-for" if "rows" in answer else "understood-once"
    keep(prompt, answer)
    book = library().book(BOOK)
    for number, one in enumerate(
        [p.prompt for p in book.prompts if p.prompt.kind == "long answer"]
    ):
        if number < 5 and one.id != prompt and "text" in answer:
            keep(one.id, answer)
    nobody = entered(make_person("bo"))
    client = entered(person)
    measured = cost(lambda: client.get(FRIEND), lambda: nobody.get(FRIEND))
    assert len(offers(measured.result.text)) <= OF_ONE_ANSWER * 6
    assert measured.result.text.count('name="pick"') <= OF_ONE_ANSWER * 6
    assert len(measured.result.content) < 500_000
    assert measured.times < 200
    assert measured.megabytes < 64
    picks = parsed(measured.result.text).values("pick")
    made = cost(lambda: make(client, FRIEND, pick=picks), lambda: nobody.get(FRIEND))
    assert made.times < 300
    assert made.megabytes < 64


def test_a_long_answer_can_be_picked_whole_and_in_part(person, entered, keep):
    parts = [f"Part {number} of it." for number in range(100)]
    keep("understood-once", {"text": "\n\n".join(parts)})
    client = entered(person)
    boxes = offers(page(client, FRIEND))
    assert len(boxes) == OF_ONE_ANSWER
    assert next(iter(boxes)) == "Part 0 of it."
    rest = list(boxes)[-1]
    assert rest.startswith("All the rest: Part 59 of it.")
    whole = make(client, FRIEND, pick=[value for value, _ticked in boxes.values()])
    assert all(part in whole for part in parts)
    assert "Part 99 of it." in make(client, FRIEND, pick=boxes[rest][0])
    some = make(client, FRIEND, pick=boxes["Part 3 of it."][0])
    assert "Part 59 of it." not in some


def test_of_very_many_answers_the_newest_are_offered_and_it_says_so(person, entered, keep):
    rows = []
    for number in range(MOST_PIECES + 50):
        said = {"book": "", "prompt": "", "occurrence": str(uuid.uuid4()), "kind": "long answer"}
        said |= {"answer": {"text": "words of their own"}, "question": ""}
        row = Entry(user=person.user, day=datetime.date(2026, 1, 1), sequence=number)
        row.seal(person.keyring, said)
        rows.append(row)
    Entry.objects.bulk_create(rows)
    html = page(entered(person), FRIEND)
    assert html.count('name="pick"') == MOST_PIECES
    assert "You can copy older ones from your journal" in html
    Entry.objects.filter(sequence__gt=20).delete()
    assert "You can copy older ones" not in page(entered(person), FRIEND)


def test_of_very_long_answers_as_many_are_opened_as_fit(person, entered, keep, monkeypatch):
    monkeypatch.setattr(bridge, "MOST_SEALED", 1_000)
    keep("today-brought", {"text": "the older one"})
    keep("understood-once", {"text": "the newer one " * 100})
    html = page(entered(person), FRIEND)
    assert "the newer one" in html
    assert "the older one" not in html
    assert "You can copy older ones from your journal" in html


def test_whoever_asks_on_and_on_waits_and_keeps_words_and_ticks(person, entered, filled):
    client = entered(person)
    pick = value(page(client, FRIEND), "A neighbor")
    while not views.SHARES.wait(str(person.user.pk)):
        pass
    response = client.post(FRIEND, {"pick": pick, "note": "My own words", "heading": "For Fay"})
    assert response.status_code == 429
    again = parsed(response.text)
    assert again.one("textarea", name="note").words == "My own words"
    assert again.one("textarea", name="heading").words == "For Fay"
    assert again.one("input", name="pick").attributes["value"] == pick
    assert again.one("input", name="csrfmiddlewaretoken").attributes["value"]
    assert client.get(FRIEND).status_code == 429
