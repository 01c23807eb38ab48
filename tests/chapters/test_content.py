"""The texts that ship."""

from pathlib import Path

from workbook.chapters.loading import load

CONTENT = Path(__file__).parents[2] / "content"


def test_everything_that_ships_compiles() -> None:
    made = load(CONTENT)
    assert [str(problem) for problem in made.problems] == []
    assert made.left_out == ()


def test_the_workbook_is_whole() -> None:
    book = load(CONTENT).book("alongside")
    assert [chapter.number for chapter in book.chapters] == list(range(1, 18))
    assert book.prompt(book.check_in).chapter is None
    assert all(chapter.review is None for chapter in book.chapters if chapter.status == "draft")
