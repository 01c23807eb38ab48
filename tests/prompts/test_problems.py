"""What an author can get wrong in each kind: told with its line, and with the way to mend it."""

import re

import pytest

from workbook.chapters.compiler import compile_chapter
from workbook.prompts.registry import KINDS

FRONT = "---\ntitle: One\nsummary: S.\nminutes: 1\nstatus: published\n---\n"
FIRST = FRONT.count("\n") + 1
"""The line on which a block below the front matter opens."""

# A block, the code, the line counted from the block's own (0), and words that must be in the mend.
WRONG = [
    ("::: short answer one\n:::", "B202", 0, "Write it"),
    ("::: short answer\nWhat?\n:::", "B204", 0, "Add one after the kind"),
    ("::: short answer One Two\nWhat?\n:::", "B205", 0, "small letters"),
    ("::: short answer one\nrepeat: dayly\nWhat?\n:::", "B208", 1, "Did you mean 'daily'"),
    ("::: short answer one\nsensitive: maybe\nWhat?\n:::", "B203", 1, "Write one of them"),
    ("::: short answer one\nwas: Old One\nWhat?\n:::", "B205", 1, "had before"),
    ("::: short answer one\nsensitve: yes\nWhat?\n:::", "B108", 1, "Did you mean 'sensitive'"),
    ("::: long answer one\n:::", "B202", 0, "Write it"),
    ("::: tool\nfolded: yes\n\nGo.\n:::", "B213", 1, "title: The whole list"),
    ("::: note\nfolded: maybe\ntitle: T\n\nGo.\n:::", "B203", 1, "Write one of them"),
    ("::: idea\nset apart: yes\ntitle: T\n\nGo.\n:::", "B214", 1, "Take 'title'"),
    ("::: example\n\nTea.\n:::", "B331", 0, "for"),
    ("::: diagram\ntitle: T\n\n- One\n  - Two\n:::", "B341", 0, "shape: tree"),
    ("::: pick one one\nWhich?\n- A walk\n:::", "B209", 0, "at least 2 options"),
    ("::: pick any one\nWhich?\n:::", "B209", 0, "options as a list"),
    ("::: pick any one\nWhich?\n- Tea\n- \n:::", "B210", 3, "remove its dash"),
    ("::: pick any one\nWhich?\n- Tea\n- tea\n:::", "B211", 3, "make each different"),
    ("::: pick any one\nWhich?\n- A: ___\n- B: ___\n:::", "B212", 3, "Only one option"),
    ("::: scale one\n0: Low\nHow?\n:::", "B221", 0, "10: Very much"),
    ("::: scale one\n0: L\n10: H\nif 7-3: x\nHow?\n:::", "B222", 3, "smaller number first"),
    ("::: scale one\n0: L\n10: H\nif 3-70: x\nHow?\n:::", "B222", 3, "smaller number first"),
    ("::: tick list one\nWhat?\n:::", "B209", 0, "options as a list"),
    ("::: table one\nWhat?\n:::", "B251", 0, "columns: What helps | When"),
    ("::: table one\ncolumns: a|b|c|d|e|f|g\nWhat?\n:::", "B251", 1, "1 to 6 columns"),
    ("::: table one\ncolumns: When | when\nWhat?\n:::", "B252", 1, "Make each different"),
    ("::: table one\ncolumns: a\nrows: many\nWhat?\n:::", "B253", 2, "a number from 1 to 12"),
    ("::: people one\nWho?\n:::", "B261", 0, "kinds: Professional"),
    ("::: people one\nkinds: Peer, peer\nWho?\n:::", "B262", 1, "Make each different"),
    ("::: check one\nanswers: yes\nHow?\n- I sleep\n:::", "B271", 1, "answers: yes | no"),
    ("::: check one\nanswers: yes | Yes\nHow?\n- I sleep\n:::", "B271", 1, "answers: yes | no"),
    ("::: check one\nconcern: nto now\nHow?\n- I sleep\n:::", "B272", 1, "Did you mean 'not now'"),
    ("::: check one\nHow?\n- I sleep\n  concern: never\n:::", "B272", 3, "one of the answers"),
    ("::: check one\nHow?\n- I sleep\n  mostly\n:::", "B273", 3, "write 'concern: …'"),
    ("::: check one\nHow?\n- I sleep\n  gap: Rest.\n:::", "B274", 3, "add 'concern: …'"),
    ("::: check one\nHow?\n- I sleep\n  if partyl: x\n:::", "B275", 3, "Did you mean 'partly'"),
    ("::: check one\nHow?\n- I sleep\n  if yes: a\n  if yes: b\n:::", "B276", 4, "Keep one"),
    ("::: check one\nHow?\n:::", "B209", 0, "options as a list"),
    ("::: plan one\nWhich?\n:::", "B283", 0, "starts with '- '"),
    ("::: plan one\nWhich?\nphase: A\nWords.\n- Go\n:::", "B281", 3, "starting with '- '"),
    ("::: plan one\nWhich?\nphase: A\n- Go\nphase: B\n:::", "B282", 4, "Add some"),
    ("::: plan one\nWhich?\n- Go\n- go\n:::", "B211", 3, "Make each different"),
    ("::: guide one\ntitle: Where?\n:::", "B301", 0, "step: first-one"),
    ("::: guide one\ntitle: T\nstep: One!\nA?\n- Y -> help\n:::", "B302", 2, "small letters"),
    ("::: guide one\ntitle: T\nstep: a\n- Y -> help\n:::", "B303", 2, "Write its text"),
    ("::: guide one\ntitle: T\nstep: a\nA?\n- Yes\n:::", "B304", 4, "- Yes -> help"),
    (
        "::: guide one\ntitle: T\nstep: a\nA?\n- Y -> a\n- N -> help\nstep: a\nB.\n:::",
        "B305", 6, "its own name",
    ),
    (
        "::: guide one\ntitle: T\nstep: first\nA?\n- Y -> frist\n- N -> help\n:::",
        "B306", 4, "Did you mean 'first'",
    ),
    ("::: guide one\ntitle: T\nstep: a\nA.\nstep: b\nB.\n:::", "B307", 4, "Point one at it"),
    ("::: guide one\ntitle: T\nstep: a\nA?\n- Y -> a\n:::", "B308", 2, "Add one"),
    ("::: guide one\ntitle: T\nstep: a\nA?\n- Y -> people: Peer\n:::", "B309", 0, "people: my-p"),
    ("::: guide one\nstep: a\nA.\n:::", "B310", 0, "title: …"),
    ("::: story\ntitle: T\nOnce.\n:::", "B231", 0, "by: Name"),
    ("::: story\nby: Ana\ninvented: yes\nOnce.\n:::", "B231", 0, "one of the two"),
    ("::: idea\ntitle: T\n:::", "B201", 0, "Write its text"),
    ("::: tool\n:::", "B201", 0, "Write its text"),
    ("::: note\n:::", "B201", 0, "Write its text"),
    ("::: pause\n:::", "B201", 0, "Write its text"),
    ("::: pause soft\nLook up.\n:::", "B207", 0, "title: …"),
    ("::: help\nlines: lifelien\n:::", "B241", 1, "Did you mean 'lifeline'"),
    ("::: map\n:::", "B206", 0, "::: map my-people"),
    ("::: recall\n:::", "B206", 0, "::: recall my-people"),
    ("::: card words\n- Just words\n:::", "B291", 1, "want-to-hear"),
    ("::: card\n- What helps: one\n:::", "B204", 0, "Add one after the kind"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("block", "code", "line", "mend"), WRONG, ids=lambda value: str(value)[:40]
)
def test_a_mistake_is_told_with_its_line_and_its_mend(block, code, line, mend):
    _chapter, problems = compile_chapter(f"{FRONT}{block}\n", "book/01-one.md")
    found = next((problem for problem in problems if problem.code == code), None)
    assert found, problems
    assert found.line == FIRST + line
    assert mend in found.message
    assert re.fullmatch(r"book/01-one\.md:\d+:\d+: B\d{3} .+[.?]", str(found))


def test_every_kind_has_a_mistake_here():
    opened = {block.removeprefix("::: ").partition("\n")[0] for block, *_rest in WRONG}
    missing = {kind for kind in KINDS if not any(words.startswith(kind) for words in opened)}
    assert not missing


def test_no_mistake_of_one_block_hides_the_others():
    text = FRONT + "\n\n".join(block for block, *_rest in WRONG[:20])
    chapter, problems = compile_chapter(text, "book/01-one.md")
    assert chapter is None
    assert len(problems) >= 20
