"""Authors change chapters at random while people answer: nothing is lost, nothing changes hands.

Each step either edits the chapter (and compiles it) or sends a form, sometimes one that was drawn
from an older edition. What a reader gave is read off the form that they sent, by its labels, and
compared with what is kept and with what every later page shows.
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.campaigns import rounds
from tests.journal.writing import write
from tests.prompts.conftest import posted, sent_by_browser
from workbook.chapters.book import Book
from workbook.chapters.compiler import compile_chapter
from workbook.journal.entries.queries import answers_for, newest_of
from workbook.journal.entries.store import Stale
from workbook.journal.entries.versions import versions_of
from workbook.journal.models import Entry
from workbook.journal.rendering.prompt_form import prompt_form
from workbook.prompts.registry import answered_kinds, show
from workbook.prompts.templating import controls

pytestmark = pytest.mark.django_db

OPTIONS = ["A walk", "Tea", "Rain", "Night bus", "Nana's soup", "a WALK by day"]
QUESTIONS = ["What helps?", "What helps you most?", "What else?"]
ENDS = [("Calm", "Shaking"), ("Shaking", "Calm"), ("Not at all", "Very")]
LABELS = ["Something else", "What never helps"]
ANSWERS = ["yes | partly | not now", "yes | no", "not now | partly"]
KINDS = sorted(set(answered_kinds()) - {"guide"})


@dataclass
class Asked:
    """One prompt as its author has it now. ``lineage`` never changes, whatever else does."""

    lineage: int
    id: str
    was: list[str] = field(default_factory=list)
    kind: str = "short answer"
    question: str = QUESTIONS[0]
    options: list[str] = field(default_factory=lambda: OPTIONS[:3])
    ends: tuple[str, str] = ENDS[0]
    own_label: str = LABELS[0]
    answers: str = ANSWERS[0]

    def source(self) -> str:
        keys = [f"was: {', '.join(self.was)}"] if self.was else []
        body = [self.question]
        bullets = [f"- {option}" for option in self.options]
        if self.kind in {"pick one", "pick any"}:
            body += ["", *bullets, f"- {self.own_label}: ___"]
        elif self.kind in {"tick list", "check", "plan"}:
            body += ["", *bullets]
        elif self.kind == "table":
            keys.append(f"columns: {' | '.join(self.options)}")
        elif self.kind == "people":
            keys.append(f"kinds: {', '.join(self.options)}")
        if self.kind == "check":
            keys.append(f"answers: {self.answers}")
        if self.kind == "scale":
            keys += [f"0: {self.ends[0]}", f"10: {self.ends[1]}"]
        return "\n".join([f"::: {self.kind} {self.id}", *keys, *body, ":::", ""])


def compiled(asked) -> Book:
    return _compiled("\n".join(prompt.source() for prompt in asked))


@lru_cache(maxsize=100)
def _compiled(text) -> Book:
    front = "---\ntitle: One\nsummary: For the tests.\nminutes: 1\nstatus: draft\n---\n\nHello.\n\n"
    text = front + text
    chapter, problems = compile_chapter(text, "small/01-one.md")
    assert chapter, problems
    return Book(key="small", slug="small", title="Small", chapters=(chapter,))


def given_in(kind, pairs):
    """What a form says, read by its labels alone: a set of facts. Blanks say nothing."""
    one = dict(pairs)
    many = lambda name: [value for key, value in pairs if key == name]  # noqa: E731
    numbers = sorted({key.rpartition("-")[2] for key in one if key.rpartition("-")[2].isdigit()})
    facts = set()
    if kind in {"short answer", "long answer"}:
        facts = {("text", one.get("answer", ""))}
    elif kind in {"pick one", "pick any"}:
        chosen = many("answer")[-1:] if kind == "pick one" else many("answer")
        facts = {("chosen", label) for label in chosen}
        facts.add(("own", one.get("own-label", ""), one.get("own", "")))
    elif kind == "scale":
        names = ("answer", "low", "high")
        if one.get("answer") == "before":
            names = ("before-value", "before-low", "before-high")
        facts = {("number", one[names[1]], one[names[2]], one.get(names[0], ""))}
    elif kind == "tick list":
        facts = {("ticked", label) for label in many("answer")}
        facts |= {
            ("own item", str(index) in many("own-ticked"), text)
            for index, text in enumerate(many("own"))
        }
    elif kind == "table":
        facts = {
            ("cell", column, one.get(f"cell{place}-{number}", ""))
            for place, column in enumerate(many("column"))
            for number in numbers
        }
    elif kind == "people":
        for number in numbers:
            who = one.get(f"who-{number}", "")
            facts.add(("who", who))
            if who:
                facts |= {("kind of", who, label) for label in many(f"kind-{number}")}
    elif kind == "check":
        facts = {("said", one[f"statement-{n}"], one.get(f"answer-{n}", "")) for n in numbers}
    elif kind == "plan":
        facts = {("step", one[f"step-{n}"], one.get(f"state-{n}", "")) for n in numbers}
    return {fact for fact in facts if fact[-1]}


class Hands:
    """Fills in a drawn form, with words that nobody used before."""

    def __init__(self, data):
        self.data = data
        self.count = 0

    def word(self):
        self.count += 1
        return f"word{self.count}"

    def fill(self, page, options):
        """The pairs after one change that a person could make on that page."""
        kind, pairs = page.prompt.kind, page.pairs
        choose = lambda values: self.data.draw(st.sampled_from(values))  # noqa: E731
        names = [name for name, _value in pairs]
        if kind in {"short answer", "long answer"}:
            return [("answer", self.word())]
        if kind in {"pick one", "pick any"}:
            if self.data.draw(st.booleans()):
                return [(n, self.word() if n == "own" else v) for n, v in pairs]
            rest = [pair for pair in pairs if kind == "pick any" or pair[0] != "answer"]
            return [*rest, ("answer", choose(options))]
        if kind == "scale":
            rest = [pair for pair in pairs if pair[0] != "answer"]
            return [*rest, ("answer", str(self.data.draw(st.integers(0, 10))))]
        if kind == "tick list":
            last = max(index for index, name in enumerate(names) if name == "own")
            changed = [*pairs[:last], ("own", self.word()), *pairs[last + 1 :]]
            return [*changed, ("answer", choose(options))]
        if kind in {"table", "people"}:
            cells = [n for n in names if n.startswith(("cell", "who-"))]
            cell = choose(cells)
            changed = [(n, self.word() if n == cell else v) for n, v in pairs]
            if kind == "people":
                changed.append((f"kind-{cell.rpartition('-')[2]}", choose(options)))
            return changed
        fields = [n for n in names if n.startswith(("statement-", "step-"))]
        number = choose(fields).rpartition("-")[2]
        name = f"{'answer' if kind == 'check' else 'state'}-{number}"
        rest = [pair for pair in pairs if pair[0] != name]
        return [
            *rest,
            (name, choose(["yes", "skip"] if kind == "check" else ["thinking", "doing"])),
        ]


def with_more(prompt, choose):
    options = [*prompt.options]
    if rest := [option for option in OPTIONS if option not in options]:
        options.insert(choose(range(len(options) + 1)), choose(rest))
    return replace(prompt, options=options)


def with_fewer(prompt, choose):
    gone = choose(prompt.options) if len(prompt.options) > 2 else None
    return replace(prompt, options=[option for option in prompt.options if option != gone])


def renamed(prompt, choose):
    new = f"{prompt.id.partition('-v')[0]}-v{len(prompt.was) + 1}"
    return replace(prompt, id=new, was=[prompt.id, *prompt.was])


EDITS = {
    "reword": lambda prompt, choose: replace(prompt, question=choose(QUESTIONS)),
    "rename": renamed,
    "change kind": lambda prompt, choose: replace(prompt, kind=choose(KINDS)),
    "add an option": with_more,
    "remove an option": with_fewer,
    "turn options round": lambda prompt, choose: replace(prompt, options=prompt.options[::-1]),
    "other ends": lambda prompt, choose: replace(prompt, ends=choose(ENDS)),
    "other label": lambda prompt, choose: replace(prompt, own_label=choose(LABELS)),
    "other answers": lambda prompt, choose: replace(prompt, answers=choose(ANSWERS)),
}
OF_ANY_KIND = ["reword", "rename", "change kind", "reorder", "add a prompt", "remove a prompt"]
OF_OPTIONS = ["add an option", "remove an option", "turn options round"]
OF_A_KIND = {
    "short answer": [],
    "long answer": [],
    "scale": ["other ends"] * 4,
    "check": ["other answers"] * 3 + OF_OPTIONS,
    "pick one": ["other label"] * 3 + OF_OPTIONS,
    "pick any": ["other label"] * 3 + OF_OPTIONS,
}


def edit(data, asked, removed, fresh):
    """The chapter after one of the things authors do."""
    choose = lambda values: data.draw(st.sampled_from(values))  # noqa: E731
    if not asked:
        return [Asked(fresh, f"prompt-{fresh}", kind=choose(KINDS))]
    index = choose(range(len(asked)))
    prompt = asked[index]
    what = choose(OF_ANY_KIND + OF_A_KIND.get(prompt.kind, OF_OPTIONS * 2))
    if what == "add a prompt":
        return [*asked, Asked(fresh, f"prompt-{fresh}", kind=choose(KINDS))]
    if what == "reorder":
        return data.draw(st.permutations(asked))
    if what == "remove a prompt":
        removed.append(prompt)
        return asked[:index] + asked[index + 1 :]
    return [*asked[:index], EDITS[what](prompt, choose), *asked[index + 1 :]]


@dataclass
class Page:
    """A form as it stood on somebody's screen."""

    prompt: object
    pairs: list
    version: int


@dataclass
class Given:
    """What a person gave last to one lineage, and what they gave to it as another kind."""

    kind: str
    question: str
    facts: set
    before: set = field(default_factory=set)


class Site:
    """One person's journal beside a chapter that changes."""

    def __init__(self, person):
        self.person = person
        self.given = {}

    def form(self, book, prompt):
        found = answers_for(self.person.user, self.person.keyring, book, [prompt])
        return prompt_form(self.person.user, book, prompt, found.get(prompt.id, []))

    def draw(self, book, prompt):
        form = self.form(book, prompt)
        html = controls(prompt, form.answer, book_slug="small", keeps=True)
        return Page(prompt, sent_by_browser(html), form.version)

    def save(self, book, prompt, lineage, page, pairs):
        """As the view does: a form of another kind is turned away with its words."""
        if page.prompt.kind != prompt.kind:
            return
        was_of_other_kind = self.form(book, prompt).other_kind is not None
        try:
            written = write(
                self.person.user, self.person.keyring, book, prompt, prompt.clean(posted(*pairs)),
                expected=page.version, asked=page.prompt.question.plain,
            )  # fmt: skip
        except Stale:
            return
        kind, questions = prompt.kind, {page.prompt.question.plain}
        facts = given_in(kind, pairs)
        former = self.given.get(lineage)
        before = set()
        if former:
            if former.facts == facts and former.kind == kind:
                questions.add(former.question)  # Nothing new was said, or only in another order.
            before = former.before | (former.facts if was_of_other_kind else set())
        self.given[lineage] = Given(kind, written.question, facts, before)
        assert written.question in questions

    def check(self, book, asked):
        for model in asked:
            prompt = book.prompt(model.id).prompt
            form = self.form(book, prompt)
            expected = self.given.get(model.lineage)
            if expected is None:
                assert form.written is None, "somebody else's answer"
                continue
            assert form.written is not None, "the answer is gone"
            assert form.written.question == expected.question
            if prompt.can_hold(form.written.kind, form.written.answer):
                assert given_in(prompt.kind, self.draw(book, prompt).pairs) == expected.facts
            elif expected.facts:
                assert form.other_kind is not None
                missing = words_of(expected.facts) - set_of_words(form.other_kind.as_text())
                assert not missing
            self.check_versions(form.written, expected)

    def check_versions(self, written, expected):
        """What was given to the question when it was of another kind is kept as a version."""
        if not expected.before:
            return
        versions = versions_of(self.person.keyring, written.entry)
        text = " ".join(show(v.kind, v.answer, None).as_text() for v in versions)
        assert not words_of(expected.before) - set_of_words(text)

    def check_removed(self, removed):
        """Answers to what was removed stay in the journal, readable."""
        entries = newest_of(self.person.keyring, 1000, 1_000_000)[0]
        texts = {e.prompt: show(e.kind, e.answer, None).as_text() for e in entries}
        for model in removed:
            expected = self.given.get(model.lineage)
            if expected and expected.facts:
                text = " ".join(texts.get(ident, "") for ident in (model.id, *model.was))
                assert not words_of(expected.facts) - set_of_words(text)


def words_of(facts):
    """The words that only this person can have typed."""
    return {part for fact in facts for part in fact if str(part).startswith("word")}


def set_of_words(text):
    return set(text.replace("\n", " ").replace(";", " ").split())


@pytest.mark.parametrize("kind", KINDS)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=rounds(50),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # To shrink such a tale takes minutes.
)
@given(data=st.data())
def test_answers_survive_their_authors(person, kind, data):
    Entry.objects.all().delete()
    site, hands = Site(person), Hands(data)
    asked = [Asked(0, "prompt-0", kind=kind)]
    removed, pages = [], {}
    for fresh in range(1, data.draw(st.integers(8, 20))):
        what = data.draw(st.sampled_from(["edit", "open a page", "send a page"]))
        if what == "edit" or not asked:
            asked = edit(data, asked, removed, fresh)
        else:
            book = compiled(asked)
            model = data.draw(st.sampled_from(asked))
            prompt = book.prompt(model.id).prompt
            drawn = pages.setdefault(model.lineage, [])
            if what == "open a page" or not drawn:
                drawn.append(site.draw(book, prompt))
            else:
                page = data.draw(st.sampled_from(drawn[-2:]))
                site.save(book, prompt, model.lineage, page, hands.fill(page, model.options))
        site.check(compiled(asked), asked)
        site.check_removed(removed)


def test_both_answers_are_shown_when_an_old_id_and_the_new_one_hold_one(person):
    old = Asked(0, "old-one")
    new = Asked(0, "new-one")
    for asked, words in ((old, "word1"), (new, "word2")):
        book = compiled([asked])
        prompt = book.prompt(asked.id).prompt
        answer = prompt.clean(posted(("answer", words)))
        write(person.user, person.keyring, book, prompt, answer, expected=0)
    book = compiled([replace(new, was=["old-one"])])
    site = Site(person)
    prompt = book.prompt("new-one").prompt
    form = site.form(book, prompt)
    assert form.answer == {"text": "word2"}
    assert [written.answer for written in form.earlier] == [{"text": "word1"}]
    # The next save goes to the new one; the old one stays as it is.
    write(
        person.user, person.keyring, book, prompt, {"text": "word3"}, expected=form.version
    )  # fmt: skip
    form = site.form(book, prompt)
    assert form.answer == {"text": "word3"}
    assert [written.answer for written in form.earlier] == [{"text": "word1"}]
