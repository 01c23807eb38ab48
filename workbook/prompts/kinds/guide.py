"""A decision flow: steps, ways on, loops and ends.

All steps stand on the page and the ways on are links between them, so it works signed out, on
paper and without JavaScript, and the browser's Back never loses a step; a script shows one step at
a time. Nothing of the way taken leaves the page unless the reader keeps it. The answer then:
``{"way": ["question → what was chosen", …], "end": str}``, in the words that stood on the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbook.prompts import flow, rows
from workbook.prompts.answers import Answer, plain, texts, trimmed
from workbook.prompts.author_form import LINES, TEXT, TICK, AuthorField
from workbook.prompts.base import COMMON_KEYS, Prompt, Recalled, Reference
from workbook.prompts.display import Display, Item, Text
from workbook.prompts.examples import ExampleSource
from workbook.prompts.kinds.people import of_kind, people_in
from workbook.prompts.picture import Picture
from workbook.prompts.source import ID, OptionLine, Source, SourceLine, split_options

STEP = re.compile(r"step:\s*(?P<id>\S+)\s*", re.IGNORECASE)
WAY = re.compile(r"(?P<words>.*?)\s*(?:->|→|=>)\s*(?P<target>.*)")
TARGET = re.compile(r"(?P<what>chapter|prompt|people|end)\s*:\s*(?P<name>.*)", re.IGNORECASE)
LEADS = re.compile(r"(?:->|→|=>)\s*(?P<end>end\s*:)?", re.IGNORECASE)
KEEP, FORGET = "keep", "forget"
FIRST_STEPS = """\
step: danger
Is anyone in danger right now?
- Yes, or I'm not sure -> help
- No -> next

step: next
What would help first?
- Company -> end: Who is closest?
- Rest -> end: Then rest."""
"""What the writing desk begins a guide with."""


class GuideWay(NamedTuple):
    """A way that leads on from a step of a guide: its words, and where it leads.

    ``what`` is step, help, chapter, prompt, people or end; ``target`` is an id, a kind of support,
    or an end's words.
    """

    words: str
    what: str
    target: str
    line: int

    @property
    def is_end(self) -> bool:
        """Whether the way leads out of the guide, to anything but another step."""
        return self.what != "step"

    @property
    def in_picture(self) -> str:
        """The way's words, and where it leads unless that is another step."""
        places = {
            "step": "%(words)s",
            "help": _("%(words)s → the crisis lines"),
            "chapter": _("%(words)s → a chapter"),
            "prompt": _("%(words)s → a question"),
            "people": _("%(words)s → your own people"),
            "end": "%(words)s → %(target)s",
        }
        return places[self.what] % {"words": self.words, "target": self.target}

    def on_paper(self, numbers: Mapping[str, int]) -> str:
        """Returns in words where the way leads, for paper; ``numbers`` are those of the steps."""
        if self.what == "step":
            return _("step %(number)s") % {"number": numbers.get(self.target, "?")}
        names = {
            "help": _("help, at the top of the page"),
            "chapter": _("the chapter “%(target)s”"),
            "prompt": _("the question “%(target)s”"),
            "people": _("your own people: %(target)s"),
            "end": "%(target)s",
        }
        return names[self.what] % {"target": self.target}


class Step(NamedTuple):
    """One step of a guide: what it says, and the ways on from it."""

    id: str
    text: Text
    ways: tuple[GuideWay, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Guide(Prompt):
    """Steps that lead on to one another, and to ends."""

    kind = "guide"
    works_signed_out = True
    keys = {
        "title": "words above the guide",
        "was": COMMON_KEYS["was"],
        "people": "a 'people' prompt's id",
        "drawn": "yes: all of it can be seen as a picture, too",
    }

    # A way, not a question.
    role = "tool"
    share_read = 0.5
    shows = {"people": ("people",)}
    about = "Questions that lead on to others, with loops and ends. Works without an account."
    asked_by = (
        AuthorField(
            "title", "The guide's title", "Such as: Where could I turn with this?", needed=True
        ),
        AuthorField(
            "steps",
            "Its steps",
            "Each step begins with 'step: a-name', then asks, then lists the ways on: "
            "words, an arrow, and the name of a step, 'help', or 'end: words'.",
            LINES,
            needed=True,
            begins=FIRST_STEPS,
            place=TEXT,
        ),
        AuthorField("drawn", "Show all of it as a picture, too", shape=TICK),
    )

    steps: tuple[Step, ...] = ()
    people: str = ""
    drawn: bool = False

    @classmethod
    def parse_own(cls, source: Source) -> dict[str, Any] | None:
        """Reads the steps and the ways on."""
        intro: list[SourceLine] = []
        parts: list[tuple[SourceLine, str, list[SourceLine]]] = []
        for line in source.body:
            if match := STEP.fullmatch(line.text):
                parts.append((line, match["id"], []))
            else:
                (parts[-1][2] if parts else intro).append(line)
        if not parts:
            source.problem("B301", "A guide needs steps: a line 'step: first-one', then its text.")
            return None
        steps = [_step(source, line, ident, body) for line, ident, body in parts]
        _check_flow(source, steps)
        if any(w.what == "people" for s in steps for w in s.ways) and not source.key("people"):
            source.problem(
                "B309",
                "A way leads to the reader's own people: "
                "name their prompt with a line such as 'people: my-people' under the opening one.",
            )
        if not (source.key("title") or any(line.text.strip() for line in intro)):
            source.problem(
                "B310",
                "A guide needs words above its steps. "
                "Write 'title: …' under the opening line, or a sentence above the first step.",
            )
            intro = [parts[0][0]]
        if title := source.keys.get("title"):
            intro = [SourceLine(title.line, title.text), SourceLine(title.line, ""), *intro]
        return {
            "question_lines": intro,
            "steps": tuple(steps),
            "people": source.key("people"),
            "drawn": source.yes("drawn"),
        }

    @cached_property
    def pictures(self) -> Mapping[str, Picture]:
        """The guide as two pictures, "narrow" and "wide", for the room that a screen has."""
        places = {step.id: number for number, step in enumerate(self.steps)}
        steps = [
            flow.FlowStep(
                " ".join(step.text.plain.split()),
                tuple(flow.FlowWay(way.in_picture, places.get(way.target)) for way in step.ways),
            )
            for step in self.steps
        ]
        return {"narrow": flow.draw(steps, flow.NARROW), "wide": flow.draw(steps, flow.WIDE)}

    @cached_property
    def listed(self) -> list[tuple[Step, list[tuple[GuideWay, int]]]]:
        """Each step with its ways on, and the number of the step each leads to (0 for none)."""
        return [
            (step, [(way, self.numbers.get(way.target, 0)) for way in step.ways])
            for step in self.steps
        ]

    @property
    def numbers(self) -> dict[str, int]:
        """The number that each step has in the picture, in the list beside it and on paper."""
        return {step.id: number for number, step in enumerate(self.steps, start=1)}

    def references(self) -> tuple[Reference, ...]:
        """Returns the chapters and prompts that the guide's ways lead to, and its other needs."""
        ways = (way for step in self.steps for way in step.ways)
        led_to = (way for way in ways if way.what in {"chapter", "prompt"})
        found = (Reference(way.target, way.line, what=way.what) for way in led_to)
        return (*super().references(), *found)

    def context(self, answers: Mapping[str, Recalled]) -> dict[str, Any]:
        """Returns the reader's own people by the kinds of support that ways lead to."""
        mine = answers.get(self.people)
        people = people_in(mine.answer) if mine and not mine.prompt.sensitive else []
        kinds = {way.target for step in self.steps for way in step.ways if way.what == "people"}
        return {"people_by_kind": {kind: of_kind(people, kind) for kind in kinds}}

    @classmethod
    def read_lines(cls, line: SourceLine) -> Iterator[SourceLine]:
        """Yields a line as readers meet it: names of steps aren't told to them."""
        text = line.text
        if STEP.fullmatch(text):
            text = ""
        elif match := LEADS.search(text):
            # Of where a way leads only an end's words are read, and apart from the way's own.
            end = text[match.end() :] if match["end"] else ""
            text = text[: match.start()] + ".".ljust(match.end() - match.start()) + end
        yield SourceLine(line.number, text)

    def read(self, data: QueryDict) -> Answer:
        """Returns the way that was kept and where it ended."""
        # Each press of a button says whether the way is wanted; what was kept before comes along.
        source = {KEEP: ["way"], FORGET: []}.get(data.get("do", ""), ["passed"])
        way = [text for name in source for text in map(trimmed, data.getlist(name)) if text]
        if not way and data.get("do") != FORGET:
            way = [text for text in map(trimmed, data.getlist("kept")) if text]
        return rows.bounded("way", way, {"end": trimmed(data.get("end"))})

    def example_fields(self, source: ExampleSource) -> Mapping[str, Sequence[str]]:
        """Returns the fields of a way through the steps, one a line."""
        steps = {step.id: step for step in self.steps}
        way: list[str] = []
        end = ""
        for item in source.listed(f"- {self.steps[0].id} -> The way on"):
            name, chosen = item.sides
            if (match := TARGET.fullmatch(name)) and match["what"].casefold() == "end":
                end = match["name"].strip()
            elif step := steps.get(source.known(item, name, steps, "step")):
                known = [on.words for on in step.ways]
                passed = source.known(item, chosen, known, "way on") if chosen else ""
                text = " ".join(step.text.plain.split())
                way.append(f"{text} → {passed}" if passed else text)
        return {"do": [KEEP], "way": way, "end": [end]}

    def fields(self, answer: Answer) -> dict[str, Any]:
        """Returns the way that was kept, and its end."""
        return {"way": texts(answer.get("way")), "end": plain(answer.get("end"))}

    def offer(self) -> Display:
        """Returns all steps with their ways on."""
        numbers = self.numbers
        paragraphs = []
        for step in self.steps:
            ways = (f"– {way.words} → {way.on_paper(numbers)}" for way in step.ways)
            paragraphs.append("\n".join([f"{numbers[step.id]}. {step.text.plain}", *ways]))
        return Display(paragraphs=tuple(paragraphs))

    @classmethod
    def read_back(cls, answer: Answer, prompt: Self | None) -> Display:
        """Returns the way, step by step, and where it ended."""
        end = plain(answer.get("end"))
        return Display(
            items=tuple(Item(step) for step in texts(answer.get("way"))),
            paragraphs=(_("You ended up here: %(end)s") % {"end": end},) if end else (),
        )


def _step(source: Source, line: "SourceLine", ident: str, body: list["SourceLine"]) -> Step:
    if not ID.fullmatch(ident):
        message = f"'{ident}' can't name a step. Use small letters, digits and hyphens."
        source.problem("B302", message, line=line.number)
    text_lines, options = split_options(body)
    text = source.markdown(text_lines)
    if not text.plain:
        source.problem("B303", f"Step '{ident}' says nothing. Write its text.", line=line.number)
    return Step(ident, text, tuple(_way(source, option) for option in options), line.number)


def _way(source: Source, option: OptionLine) -> GuideWay:
    match = WAY.fullmatch(option.text)
    if not match or not match["words"].strip() or not match["target"].strip():
        message = "A way on is words, an arrow and where it leads, such as '- Yes -> help'."
        source.problem("B304", message, line=option.line)
        return GuideWay(option.text, "end", "", option.line)
    words, target = match["words"].strip(), match["target"].strip()
    if target.casefold() == "help":
        return GuideWay(words, "help", "", option.line)
    if named := TARGET.fullmatch(target):
        return GuideWay(words, named["what"].casefold(), named["name"].strip(), option.line)
    return GuideWay(words, "step", target, option.line)


def _check_flow(source: Source, steps: list[Step]) -> None:
    """Steps are named once, ways lead somewhere, each step is reached and has a way to an end."""
    by_id = {step.id: step for step in steps}
    for index, step in enumerate(steps):
        if step.id in {other.id for other in steps[:index]}:
            message = f"Step '{step.id}' is there twice. Give each its own name."
            source.problem("B305", message, line=step.line)
        for way in step.ways:
            if way.what == "step" and way.target not in by_id:
                source.problem(
                    "B306",
                    f"There is no step '{way.target}'. Ways lead to a step, 'help', 'chapter: …', "
                    "'prompt: …', 'people: …' or 'end: …'.",
                    line=way.line,
                    word=way.target,
                    known=[*by_id, "help"],
                )
    leads = {s.id: {w.target for w in s.ways if w.what == "step"} for s in steps}
    reached = _closure({steps[0].id}, leads)
    back = {ident: {s for s, targets in leads.items() if ident in targets} for ident in leads}
    ends = {step.id for step in steps if not step.ways or any(way.is_end for way in step.ways)}
    ending = _closure(ends, back)
    for step in steps:
        if step.id not in reached:
            message = f"No way leads to step '{step.id}'. Point one at it, or remove it."
            source.problem("B307", message, line=step.line)
        if step.id not in ending:
            message = f"From step '{step.id}' there is no way to an end. Add one."
            source.problem("B308", message, line=step.line)


def _closure(start: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    """Everything that can be reached from ``start``."""
    found, todo = set(start), list(start)
    while todo:
        for target in ways.get(todo.pop(), set()) - found:
            found.add(target)
            todo.append(target)
    return found
