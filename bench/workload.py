"""What both sites hold while they are measured: people, a workbook, answers of 2 KB.

The workbook is the shipped one with its own questions left out and six long answers put into each
chapter, so that every chapter asks for the same and nothing but the prose differs.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BOOK = "alongside"
SIZE = 2048
"""Bytes of an answer."""
QUESTIONS = 6
LARGE_JOURNAL = 2000
NEEDLE = "END-OF-THE-PAGE"

# Shown kinds that point at nothing else.
KEPT = {"story", "idea", "tool", "pause", "note"}
BLOCK = re.compile(r"^::: (?P<kind>[a-z ]+?)(?: [a-z0-9]+(?:-[a-z0-9]+)+)?\n.*?^:::\n", re.M | re.S)
# Links to what isn't there: questions, and other books.
TO_ELSEWHERE = re.compile(r"\[([^\]]+)\]\((?:book:[^)]+|[a-z0-9-]*#[^)]+)\)")
DOORS = re.compile(r"^doors:\n(?: .*\n)+", re.M)

TALK = """the rain on the porch, a friend who rang back, tea before the phone, two bad nights, I don’t
know why it helped, walking to the corner and home again, the cat at six, my sister’s voice, not
today, a song I’ve played two hundred times, café by the station, sleep, the light in the shed, we
laughed, nothing much happened and that was good"""


class Person(NamedTuple):
    """Somebody who has entered: the number of who they are, and what their browser sends."""

    number: int
    cookie: str
    csrf: str
    writer: str = ""


def prompt_id(chapter: int, question: int) -> str:
    return f"ch{chapter}-q{question}"


def opened(question: int) -> str:
    """Stands in every answer to that question, and nowhere else: a page that has it was opened."""
    return f"answer-to-{question}-opened"


def answer(person: int, chapter: int, question: int) -> str:
    """2 KB of plain words, every other in plain ASCII, the same in each run."""
    chance = random.Random(f"{person}/{chapter}/{question}")
    is_ascii = chance.random() < 0.5
    words = (TALK.replace("’", "'").replace("é", "e") if is_ascii else TALK).split()
    text = f"{person}/{chapter}/{question} {opened(question)} "
    while len(text.encode()) < SIZE:
        text += chance.choice(words) + " "
    return text.encode()[:SIZE].decode(errors="ignore").strip()


def chapter_files() -> list[Path]:
    return sorted((ROOT / "content" / BOOK).glob("[0-9]*.md"))


def slugs() -> list[str]:
    return [path.stem.partition("-")[2] for path in chapter_files()]


def write_content(folder: Path) -> None:
    """A content folder with the workbook to be measured; help lines and pages are the shipped."""
    (folder / BOOK).mkdir(parents=True)
    (folder / "help.toml").write_bytes((ROOT / "content" / "help.toml").read_bytes())
    (folder / "pages").mkdir()
    for page in (ROOT / "content" / "pages").glob("*.md"):
        text = TO_ELSEWHERE.sub(r"\1", page.read_text(encoding="utf-8"))
        (folder / "pages" / page.name).write_text(text, encoding="utf-8")
    book = (ROOT / "content" / BOOK / "book.md").read_text(encoding="utf-8")
    book = re.sub(r"^(?:check_in|call_me):.*\n", "", DOORS.sub("", book), flags=re.M)
    book = TO_ELSEWHERE.sub(r"\1", book)
    daily = "\n::: long answer each-day\nrepeat: daily\n\nWhat was today like?\n:::\n"
    (folder / BOOK / "book.md").write_text(BLOCK.sub("", book) + daily, encoding="utf-8")
    for number, path in enumerate(chapter_files()):
        text = _with_six_questions(number, path.read_text(encoding="utf-8"))
        (folder / BOOK / path.name).write_text(text, encoding="utf-8")


def _with_six_questions(chapter: int, text: str) -> str:
    _none, front, body = text.split("---\n", 2)
    body = BLOCK.sub(lambda block: block[0] if block["kind"] in KEPT else "", body)
    body = TO_ELSEWHERE.sub(r"\1", body)
    pieces = list(_pieces(body))
    size = -(-len(pieces) // QUESTIONS)
    parts = []
    for question in range(QUESTIONS):
        parts += pieces[question * size : (question + 1) * size]
        parts.append(
            f"::: long answer {prompt_id(chapter, question)}\n"
            f"hint: As much or as little as you like.\n\n"
            f"What comes to mind here, in your own words?\n:::"
        )
    return f"---\n{front}---\n" + "\n\n".join(parts) + f"\n\n{NEEDLE}\n"


def _pieces(body: str) -> Iterator[str]:
    """Paragraphs and whole blocks."""
    start = 0
    for block in BLOCK.finditer(body):
        yield from (piece for piece in body[start : block.start()].split("\n\n") if piece.strip())
        yield block[0].strip()
        start = block.end()
    yield from (piece for piece in body[start:].split("\n\n") if piece.strip())
