"""Filled-in examples: the very answers that a form would give, drawn as any answer, made up."""

import pytest
from django.template import engines
from django.test import Client

from tests.elements import page
from tests.prompts.books import write_book
from tests.prompts.conftest import posted, sent_by_browser
from workbook.chapters.compiler import compile_chapter, page_from, read
from workbook.prompts.registry import answered_kinds
from workbook.prompts.templating import controls

FRONT = "---\ntitle: One\n---\n"
OWN = "- Something else: ___"

# For each kind: its question, how it is filled in, and the answer that its form would give.
FILLED = {
    "short answer": ("What is up?", "rent, *again*", {"text": "rent, again"}),
    "long answer": (
        "What is up?",
        "The rent.\n\nAnd then the car.",
        {"text": "The rent.\nAnd then the car."},
    ),
    "pick one": (
        f"Which?\n- Tea\n- A walk\n{OWN}",
        "- a walk",
        {"chosen": ["A walk"], "own": "", "own_label": ""},
    ),
    "pick any": (
        f"Which?\n- Tea\n- A walk\n{OWN}",
        "- A walk\n- Something else: the radio\n- Tea",
        {"chosen": ["Tea", "A walk"], "own": "the radio", "own_label": "Something else"},
    ),
    "scale": ("0: Low\n10: High\nHow?", "- 4", {"value": 4, "low": "Low", "high": "High"}),
    "tick list": (
        "What?\n- A blanket\n- A lamp",
        "- A lamp\n- The dog's own chair",
        {"ticked": ["A lamp"], "own": [{"text": "The dog's own chair", "ticked": True}]},
    ),
    "table": (
        "columns: What | When | Who\nWhat holds you?",
        "- The river | | nobody\n- The dog",
        {
            "columns": ["What", "When", "Who"],
            "rows": [["The river", "", "nobody"], ["The dog", "", ""]],
        },
    ),
    "people": (
        "kinds: Peer, Personal\nWho?",
        "- Sis | personal, Peer | rides | text her\n- Bo\n- | | |",
        {
            "people": [
                {"who": "Sis", "kinds": ["Peer", "Personal"], "good_for": "rides", "reach": "text her"},
                {"who": "Bo", "kinds": [], "good_for": "", "reach": ""},
            ]
        },
    ),
    "check": (
        "How?\n- I sleep\n- I eat\n- I rest",
        "- I sleep -> not now\n- I rest → skip",
        {
            "answers": [
                {"statement": "I sleep", "answer": "not now"},
                {"statement": "I rest", "answer": "skip"},
            ]
        },
    ),
    "plan": (
        "Which?\n- Ask one person\nphase: Later\n- Call Bo",
        "- Call Bo -> doing | Friday | a ride\n- Buy soup -> thinking",
        {
            "steps": [
                {"text": "Call Bo", "phase": "Later", "state": "doing", "when": "Friday", "why": "a ride", "own": False},
                {"text": "Buy soup", "phase": "", "state": "thinking", "when": "", "why": "", "own": True},
            ]
        },
    ),
    "guide": (
        "title: Where?\nstep: first\nIs it far?\n- Yes -> help\n- No -> last\nstep: last\nRest.",
        "- first -> no\n- last\n- end: the couch",
        {"way": ["Is it far? → No", "Rest."], "end": "the couch"},
    ),
}  # fmt: skip


def text_of(kind, intro=""):
    question, filled, _answer = FILLED[kind]
    example = f"::: example\nfor: one\ntitle: Ray’s\n\n{intro}{filled}\n:::\n"
    return f"::: {kind} one\n{question}\n:::\n\n{example}"


def compiled(text):
    chapter, problems = compile_chapter(FRONT + text, "small/01-one.md")
    assert chapter, problems
    assert not problems
    return chapter


def test_each_answered_kind_is_here():
    assert set(FILLED) == set(answered_kinds())


@pytest.mark.parametrize("kind", FILLED)
def test_an_example_is_the_answer_that_the_questions_own_form_would_give(kind):
    prompt, example = compiled(text_of(kind)).blocks
    assert example.answer == FILLED[kind][2]
    drawn = controls(prompt, example.answer, book_slug="small", keeps=True)
    assert prompt.clean(posted(*sent_by_browser(drawn))) == example.answer


@pytest.mark.parametrize("kind", sorted({*FILLED} - {"short answer", "long answer"}))
def test_prose_above_the_list_is_the_authors_and_no_part_of_the_answer(kind):
    intro = "She wrote it on a [bad](one) day.\n\n"
    _prompt, example = compiled(text_of(kind, intro)).blocks
    assert example.answer == FILLED[kind][2]
    assert "<a href=" in example.body.html
    assert example.has_intro


@pytest.fixture
def shown(settings, tmp_path):
    """``shown(text, …)`` → the first chapter's page and its worksheet."""

    def shown(*texts):
        write_book(settings, tmp_path / "content", *texts)
        addresses = ("/books/small/one/", "/books/small/one/print/")
        return tuple(page(Client().get(address).text).one("main") for address in addresses)

    return shown


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FILLED)
def test_it_is_drawn_as_any_answer_of_its_kind_folded_on_screen_and_open_on_paper(kind, shown):
    _prompt, example = compiled(text_of(kind)).blocks
    drawn = '{% from "prompts/_answer.html" import answer %}{{ answer(shown) }}'
    as_answer = page(engines["jinja2"].from_string(drawn).render({"shown": example.shown})).words
    screen, paper = (main.one("section", "block--example") for main in shown(text_of(kind)))
    fold = screen.one("details", "fold")
    assert fold.one("summary").words == "See one filled in: Ray’s"
    assert "open" not in fold.attributes
    assert not paper.all("details")
    assert paper.words.startswith("See one filled in: Ray’s")
    for section in (screen, paper):
        assert section.one(of="block__kind").words == "Made up"
        assert section.words.endswith(as_answer)


@pytest.mark.django_db
def test_a_made_up_number_can_be_read_and_not_called(shown):
    people = "::: people one\nkinds: Peer\nWho?\n:::\n"
    for main in shown(f"{people}\n::: example\nfor: one\n\n- Bo | Peer | | (555) 010-2030\n:::\n"):
        section = main.one("section", "block--example")
        assert "(555) 010-2030" in section.words
        assert not section.all("a")


@pytest.mark.django_db
def test_what_was_offered_and_not_ticked_is_left_out(shown):
    section = shown(text_of("tick list"))[0].one("section", "block--example")
    items = [item.words.rpartition(": ")[2] for item in section.all("li")]
    assert items == ["A lamp", "The dog's own chair"]


@pytest.mark.django_db
def test_a_map_with_nobody_on_it_is_an_example_too(shown):
    people = "::: people one\nkinds: Peer\nWho?\n:::\n"
    section = shown(f"{people}\n::: example\nfor: one\n\nHe had no one yet.\n\n- | | |\n:::\n")[0]
    assert "He had no one yet. Left open." in section.one("section", "block--example").words


@pytest.mark.django_db
def test_an_example_keeps_nothing_and_fills_nothing_in_for_a_reader(shown, person, entered):
    shown(text_of("short answer"))
    main = page(entered(person).get("/books/small/one/").text).one("main", id="main")
    assert main.one("input", name="answer").attributes["value"] == ""
    assert "rent" in main.one("section", "block--example").words


@pytest.mark.django_db
def test_it_may_stand_before_its_question_and_in_another_chapter_where_it_says_which(shown):
    question, filled, _answer = FILLED["pick one"]
    asks = f"::: pick one one\n{question}\n:::\n"
    example = f"::: example\nfor: one\n\n{filled}\n:::\n"
    before = shown(f"{example}\n{asks}")[0].one("section", "block--example")
    assert not before.all(of="recalled__question")
    apart = shown(example, asks)[0].one("section", "block--example")
    assert apart.one(of="recalled__question").words == "Which?"
    assert apart.one("li").words == "A walk"


WRONG = [
    ("pick one", "- A wlak", "B333", "Did you mean 'a walk'"),
    ("pick one", "- Tea\n- A walk", "B335", "Keep one line"),
    ("pick any", "- Coffee", "B333", "There are: tea, a walk"),
    ("pick any", "Tea", "B335", "as a list"),
    ("scale", "- 11", "B335", "looks like '- 4'"),
    ("scale", "- 4\n- 5", "B335", "Keep one line"),
    ("tick list", "- A blankett", "B333", "Did you mean 'a blanket'"),
    ("table", "- a | b | c | d", "B334", "has 4 parts, and the question takes 3"),
    ("people", "- Bo | Freind", "B333", "kind of support"),
    ("people", "- Bo | Peer | rides | call | at night", "B334", "takes 4"),
    ("check", "- I sleep", "B335", "The statement -> yes"),
    ("check", "- I slept -> yes", "B333", "Did you mean 'i sleep'"),
    ("check", "- I sleep -> always", "B333", "There are: yes, partly"),
    ("plan", "- Call Bo", "B335", "-> doing | when"),
    ("plan", "- Call Bo -> did", "B333", "no state of this question"),
    ("plan", "- Ask one persn -> done", "B333", "Did you mean 'ask one person'"),
    ("plan", "- Call Bo -> done | a | b | c", "B334", "takes 3"),
    ("guide", "- furst", "B333", "Did you mean 'first'"),
    ("guide", "- first -> Maybe", "B333", "no way on of this question"),
    ("short answer", "x" * 100_001, "B336", "No reader could keep this"),
]


@pytest.mark.parametrize(("kind", "filled", "code", "mend"), WRONG)
def test_what_does_not_fit_its_question_is_told_with_its_line(kind, filled, code, mend):
    filled = "\n\n".join(filled[i : i + 5000] for i in range(0, len(filled), 5000))
    block = f"::: {kind} one\n{FILLED[kind][0]}\n:::\n\n::: example\nfor: one\n\n"
    chapter, problems = compile_chapter(f"{FRONT}{block}{filled}\n:::\n", "small/01-one.md")
    assert chapter is None
    (problem,) = problems
    assert problem.code == code
    assert mend in problem.message
    first = (FRONT + block).count("\n") + 1
    last = first + filled.count("\n")
    if code == "B336" or (code == "B335" and "list" in mend):
        assert problem.line == first - 3
    else:
        assert problem.line == last


@pytest.mark.parametrize(
    ("block", "code", "mend"),
    [
        ("::: example\n\n- Tea\n:::\n", "B331", "for: my-people"),
        ("::: example\nfor: My People\n\n- Tea\n:::\n", "B331", "for: my-people"),
        ("::: example one\nfor: one\n\n- Tea\n:::\n", "B207", "has no id"),
        ("::: example\nfor: one\n\n:::\n", "B332", "Fill it in"),
    ],
)
def test_an_example_without_a_question_or_an_answer_is_told(block, code, mend):
    chapter, problems = compile_chapter(FRONT + block, "small/01-one.md")
    assert chapter is None
    assert [problem.code for problem in problems] == [code]
    assert mend in problems[0].message


def test_a_page_has_no_questions_to_fill_in():
    text = "---\ntitle: A page\n---\n\n::: example\nfor: one\n\nrent\n:::\n"
    made, problems = page_from(read(text, "pages/about.md"))
    assert made is None
    assert [problem.code for problem in problems] == ["B112"]
