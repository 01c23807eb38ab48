"""What the scripts write into a sample site is still asked for, so that the pictures show it."""

import importlib.util
import re
from pathlib import Path

import pytest
from django.conf import settings

from workbook.chapters.loader import library

BOOK = "alongside"


def module(name):
    path = settings.BASE_DIR / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


SAMPLE = module("sample_answers")


@pytest.mark.parametrize("written", SAMPLE.ANSWERS, ids=lambda written: written.prompt)
def test_a_sample_answer_is_to_a_question_of_its_chapter(written):
    placed = library().book(BOOK).prompt(written.prompt)
    assert placed.chapter.slug == written.chapter
    assert placed.prompt.id == written.prompt, "and not one that it was called before"
    if options := getattr(placed.prompt, "options", ()):
        given = written.fields["answer"]
        assert set([given] if isinstance(given, str) else given) <= set(options)
    if statements := getattr(placed.prompt, "statements", ()):
        assert sorted(written.fields) == [f"answer-{number}" for number in range(len(statements))]


def test_the_sample_readers_way_through_the_guide_is_there():
    steps = {step.id: step for step in library().book(BOOK).prompt("where-to-turn").prompt.steps}
    here = next(iter(steps))
    for words in SAMPLE.WAY:
        (way,) = [way for way in steps[here].ways if way.words == words]
        assert way.what == "step"
        here = way.target
    assert len(SAMPLE.WAY) > 2


def test_the_pictures_are_of_pages_that_are_there(client):
    text = (settings.BASE_DIR / "scripts" / "screenshots.py").read_text(encoding="utf-8")
    slugs = re.findall(r'f"\{BOOK\}/([a-z-]+)/"', text)
    assert len(slugs) > 5
    assert set(slugs) <= {chapter.slug for chapter in library().book(BOOK).chapters}
    for ident in re.findall(r"#prompt-([a-z-]+)", text):
        assert library().book(BOOK).prompt(ident).prompt.id == ident


def test_what_is_tried_while_working_never_reaches_a_real_site(monkeypatch):
    monkeypatch.syspath_prepend(settings.BASE_DIR / "scripts")
    dev = module("dev")
    real = {
        "DATABASE_URL": "postgres://somewhere/else",
        "DATABASE_SHARDED": "on",
        "SECRET_KEY": "a real one",
        "WORKBOOK_KEYS": "a real one",
        "WORKBOOK_DATA_DIR": "/var/lib/alongside",
    }
    given = dev.surroundings({**real, "PORT": "8080", "SITE_URL": "http://192.168.1.20:8080"})
    assert not set(real.values()) & set(given.values())
    assert (given["PORT"], given["SITE_URL"]) == ("8080", "http://192.168.1.20:8080")
    assert Path(given["WORKBOOK_DATA_DIR"]) not in {settings.BASE_DIR / "var", settings.DATA_DIR}
    ignored = (settings.BASE_DIR / ".gitignore").read_text(encoding="utf-8").split()
    assert any(Path(f"{dev.DATA.name}/").match(pattern) for pattern in ignored)
