"""A folder of texts becomes a library; whatever is wrong with one leaves the others standing."""

import logging
import os
from pathlib import Path
from typing import Any

import pytest

from tests.chapters.authored import BOOK, LINES, codes, text
from tests.chapters.conftest import Folder, Load
from workbook.chapters import loader
from workbook.chapters.book import NoSuchBook, NoSuchChapter, NoSuchPrompt
from workbook.chapters.loading import SHIPPED, load

ASK = "::: short answer {}\nWhat?\n:::\n"


def slugs(library: Any) -> list[str]:
    return [chapter.slug for chapter in library.books[0].chapters]


def test_several_books_and_pages_stand_side_by_side(loaded: Load) -> None:
    made = loaded({
        "quiet/02-two.md": text(title="Two"),
        "quiet/01-one.md": text(),
        "loud/book.md": "---\nkey: loud-key\ntitle: Loud\nlanguage: es\n---\nWelcome.",
        "loud/10-ten.md": text(),
        "pages/about.md": text("About, see [help](page:help-now).", title="About"),
        "help.toml": "",
    })  # fmt: skip
    assert not made.problems
    assert not made.left_out
    assert [(book.slug, book.key, book.language) for book in made.books] == [
        ("loud", "loud-key", "es"),
        ("quiet", "quiet", "en"),
    ]
    assert [(c.number, c.slug, c.title) for c in made.book("quiet").chapters] == [
        (1, "one", "One"),
        (2, "two", "Two"),
    ]
    assert made.pages[0].slug == "about"
    with pytest.raises(NoSuchBook):
        made.book("silent")
    with pytest.raises(NoSuchChapter):
        made.book("quiet").chapter("three")


def test_chapters_link_to_each_other_whatever_their_order(loaded: Load) -> None:
    made = loaded({
        "quiet/01-one.md": text("See [two](two#prompt-b) and [about](page:about)."),
        "quiet/02-two.md": text("See [one](one).\n\n" + ASK.format("b")),
        "pages/about.md": text("About."),
    })  # fmt: skip
    assert not made.problems
    assert 'href="/books/quiet/two/#prompt-b"' in made.books[0].chapters[0].blocks[0].html  # type: ignore[attr-defined]


def test_a_broken_chapter_is_left_out_and_links_to_it_are_no_problem(loaded: Load) -> None:
    made = loaded({
        "quiet/01-one.md": text("See [two](two#prompt-b).\n\n::: recall b\n:::"),
        "quiet/02-two.md": text("<b>\n\n" + ASK.format("b")),
        "quiet/03-three.md": text(),
    })  # fmt: skip
    assert slugs(made) == ["one", "three"]
    assert codes(made) == [("quiet/02-two.md", 4, "H101")]
    assert made.left_out == ("quiet/02-two.md",)
    with pytest.raises(NoSuchPrompt):
        made.books[0].prompt("b")


def test_prompts_are_found_by_their_id_and_by_those_they_had(loaded: Load) -> None:
    made = loaded({
        "quiet/book.md": BOOK.replace("---\nkey", "---\ncheck_in: mood\nkey") + ASK.format("mood"),
        "quiet/01-one.md": text("::: short answer new\nwas: old, older\nWhat?\n:::"),
    })  # fmt: skip
    book = made.books[0]
    assert not made.problems
    assert book.check_in == "mood"
    assert book.prompt("mood").chapter is None
    for ident in ("new", "old", "older"):
        placed = book.prompt(ident)
        assert placed.chapter
        assert (placed.chapter.slug, placed.prompt.id) == ("one", "new")
    assert [placed.prompt.id for placed in book.prompts] == ["mood", "new"]


@pytest.mark.parametrize(
    ("files", "problem", "left"),
    [
        ({"02-two.md": ASK.format("a")}, ("quiet/02-two.md", 4, "K101"), ["one"]),
        ({"02-two.md": "::: card a\n- B: a\n:::"}, ("quiet/02-two.md", 4, "K101"), ["one"]),
        ({"02-two.md": "::: short answer b\nwas: a\nWhat?\n:::"}, ("quiet/02-two.md", 4, "K102"), ["one"]),
        ({"02-one.md": "Again."}, ("quiet/02-one.md", 1, "K103"), ["one"]),
        ({"01-two.md": "Also."}, ("quiet/01-two.md", 1, "K104"), ["one", "two"]),
        ({"02-two.md": "::: recall b\n:::"}, ("quiet/02-two.md", 4, "K105"), ["one"]),
        ({"02-two.md": "::: map a\n:::"}, ("quiet/02-two.md", 4, "K106"), ["one"]),
        ({"two.md": "Two."}, ("quiet/two.md", 1, "F105"), ["one"]),
        ({"02-two.markdown": "Two."}, ("quiet/02-two.markdown", 1, "F105"), ["one"]),
        ({"README.md": "Two."}, ("quiet/README.md", 1, "F105"), ["one"]),
    ],
)  # fmt: skip
def test_what_only_the_whole_book_shows_is_told(
    loaded: Load, files: dict[str, str], problem: tuple[str, int, str], left: list[str]
) -> None:
    written = {f"quiet/{name}": text(body) for name, body in files.items()}
    made = loaded({"quiet/01-one.md": text(ASK.format("a")), **written})
    assert codes(made) == [problem]
    assert slugs(made) == left


def test_two_claims_to_one_old_id_are_told(loaded: Load) -> None:
    was = "::: short answer {}\nwas: old\nWhat?\n:::\n"
    made = loaded(
        {"quiet/01-one.md": text(was.format("a")), "quiet/02-two.md": text(was.format("b"))}
    )
    assert codes(made) == [("quiet/02-two.md", 4, "K102")]


def test_a_recall_of_an_earlier_id_is_fine(loaded: Load) -> None:
    made = loaded(
        {
            "quiet/01-one.md": text(
                "::: short answer new\nwas: old\nWhat?\n:::\n\n::: recall old\n:::"
            )
        }
    )
    assert not made.problems


def test_a_misspelt_target_is_recognised(loaded: Load) -> None:
    made = loaded({"quiet/01-one.md": text(ASK.format("my-words") + "\n::: recall my-word\n:::")})
    assert "Did you mean 'my-words'?" in made.problems[0].message


@pytest.mark.parametrize(
    ("book", "code", "is_there"),
    [
        ("---\nkey: quiet\ntitle: Quiet\n---\n<b>", "H101", True),
        ("---\nkey: quiet\ntitle: Quiet\nlicense: X\n---\nWelcome.", "M107", True),
        ("---\nkey: quiet\ntitle: Quiet\ncheck_in: mood\n---\nWelcome.", "K109", True),
        ("---\nkey: quiet\ntitle: Quiet\ncall_me: name\n---\nWelcome.", "K109", True),
        ("---\ntitle: Quiet\n---\nWelcome.", "M109", False),
        ("---\nkey: Not A Key\ntitle: Quiet\n---\n", "M110", False),
        ("Welcome.", "M101", False),
    ],
)
def test_a_slip_in_the_books_file_costs_as_little_as_can_be(
    loaded: Load, book: str, code: str, is_there: bool
) -> None:
    made = loaded(
        {"quiet/book.md": book, "quiet/01-one.md": text(), "quiet/02-two.md": text("<b>")}
    )
    assert code in {problem.code for problem in made.problems}
    assert ("quiet/02-two.md", 4, "H101") in codes(made)
    assert bool(made.books) == is_there


DOORS = """---
key: quiet
title: Quiet
order: any
doors:
  - I can’t settle -> one
  - I’m not okay right now -> page:help-now
  - I have one hour → book:twin/two
---
Welcome.
"""


def test_doors_lead_to_chapters_pages_and_other_books(loaded: Load) -> None:
    made = loaded({
        "quiet/book.md": DOORS,
        "quiet/01-one.md": text(),
        "twin/book.md": BOOK.replace("key: quiet", "key: twin"),
        "twin/02-two.md": text(),
    })  # fmt: skip
    assert not made.problems
    quiet = made.book("quiet")
    assert quiet.order == "any"
    assert quiet.doors == (
        ("I can’t settle", "/books/quiet/one/"),
        ("I’m not okay right now", "/help-now/"),
        ("I have one hour", "/books/twin/two/"),
    )


def test_a_door_that_leads_nowhere_is_named_and_left_out(loaded: Load) -> None:
    made = loaded({"quiet/book.md": DOORS, "quiet/01-one.md": text()})
    assert [(p.line, p.code) for p in made.problems] == [(8, "L110")]
    assert [door.words for door in made.book("quiet").doors] == [
        "I can’t settle",
        "I’m not okay right now",
    ]


@pytest.mark.parametrize(
    "line",
    ["doors: one", "doors:\n  - no arrow here", "doors:\n  - -> one", "order: sideways"],
)
def test_doors_and_order_take_what_they_say(loaded: Load, line: str) -> None:
    made = loaded(
        {
            "quiet/book.md": f"---\nkey: quiet\ntitle: Quiet\n{line}\n---\n",
            "quiet/01-one.md": text(),
        }
    )
    assert {problem.code for problem in made.problems} == {"M110"}


def test_folders_that_are_no_books_are_told(loaded: Load) -> None:
    made = loaded({
        "Not Quiet/book.md": BOOK,
        "loose/01-one.md": text(),
        "images/a.png": b"",
        ".git/a.md": "x",
        "twin/book.md": BOOK,
    })  # fmt: skip
    assert codes(made) == [
        ("Not Quiet", 1, "K110"),
        ("loose", 1, "K108"),
        ("twin/book.md", 1, "K107"),
    ]
    assert [book.slug for book in made.books] == ["quiet"]


def test_a_missing_folder_is_told_and_keeps_what_was_there(loaded: Load, tmp_path: Path) -> None:
    former = loaded({"quiet/01-one.md": text()})
    made = load(tmp_path / "gone", LINES, former)
    assert [problem.code for problem in made.problems] == ["K111"]
    assert made.books == former.books


def test_a_page_with_a_question_or_a_chapters_link_is_left_out(loaded: Load) -> None:
    made = loaded({
        "quiet/01-one.md": text(),
        "pages/about.md": text(ASK.format("a")),
        "pages/more.md": text("[one](one)"),
        "pages/fine.md": text("::: note\nFine.\n:::"),
    })  # fmt: skip
    assert codes(made) == [("pages/about.md", 4, "B112"), ("pages/more.md", 4, "L101")]
    slugs = {page.slug for page in made.pages}
    assert "fine" in slugs
    # The shipped page doesn't step in for one that the folder has and that doesn't compile.
    assert not slugs & {"about", "more"}


def test_a_folder_without_pages_of_its_own_gets_the_shipped_ones(tmp_path: Path) -> None:
    for name, words in {
        "quiet/book.md": BOOK,
        "quiet/01-one.md": text("See [what is kept](page:privacy)."),
        "pages/about.md": text("Ours.", title="About us"),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(words)
    made = load(tmp_path)
    assert made.problems == ()
    titles = {page.slug: page.title for page in made.pages}
    assert titles["about"] == "About us"
    assert {"privacy", "authors-guide", "help-now"} <= set(titles)
    assert len(titles) == len(made.pages)


def test_files_that_lead_out_of_the_folder_are_refused(
    loaded: Load, folder: Folder, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(text("Secret."))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "book.md").write_text(BOOK.replace("key: quiet", "key: else"))
    root = folder({"quiet/images/hand.png": b"x"})
    (root / "quiet" / "01-one.md").symlink_to(secret)
    (root / "quiet" / "02-two.md").symlink_to(tmp_path / "nowhere.md")
    (root / "quiet" / "03-three.md").symlink_to("03-three.md")
    (root / "elsewhere").symlink_to(tmp_path / "elsewhere")
    (root / "quiet" / "images" / "out.png").symlink_to(secret)
    made = loaded({
        "quiet/04-four.md": text("![A](images/out.png)\n\n![A](images/hand.png)"),
        "quiet/05-five.md": text("Five."),
    })  # fmt: skip
    (root / "quiet" / "06-six.md").symlink_to("05-five.md")
    assert codes(made) == [
        ("elsewhere", 1, "F104"),
        ("quiet/01-one.md", 1, "F104"),
        ("quiet/02-two.md", 1, "F104"),
        ("quiet/03-three.md", 1, "F104"),
        ("quiet/04-four.md", 4, "L123"),
    ]
    assert slugs(made) == ["five"]
    assert slugs(load(root, LINES)) == ["five", "six"]


def test_what_is_no_plain_text_file_is_refused(loaded: Load, folder: Folder) -> None:
    root = folder({"quiet/07-seven.md/x": ""})
    os.mkfifo(root / "quiet" / "01-pipe.md")
    made = loaded({
        "quiet/02-latin.md": text("caf\u00e9").encode("latin-1"),
        "quiet/03-nul.md": text("a\0b"),
        "quiet/04-large.md": text("x" * 200_000),
        "quiet/05-mark.md": text("Fine.").encode("utf-8-sig"),
        "quiet/06-wide.md": text("Fine.").encode("utf-16"),
    })  # fmt: skip
    assert codes(made) == [
        ("quiet/01-pipe.md", 1, "F106"),
        ("quiet/02-latin.md", 4, "F102"),
        ("quiet/03-nul.md", 4, "F103"),
        ("quiet/04-large.md", 1, "F101"),
        ("quiet/06-wide.md", 1, "F102"),
        ("quiet/07-seven.md", 1, "F106"),
    ]
    assert slugs(made) == ["mark"]


def test_a_good_chapter_is_never_swapped_for_a_broken_one(loaded: Load) -> None:
    good = {"quiet/01-one.md": text("Good."), "quiet/02-two.md": text(ASK.format("b"))}
    former = loaded({**good, "pages/about.md": text("About.")})
    made = loaded({
        "quiet/book.md": "broken",
        "quiet/01-one.md": text("<b>"),
        "quiet/02-two.md": text(ASK.format("b") + "\nMore."),
        "pages/about.md": text("<b>"),
    }, former)  # fmt: skip
    assert slugs(made) == ["one", "two"]
    assert made.books[0].chapters[0] == former.books[0].chapters[0]
    assert made.books[0].chapters[1] != former.books[0].chapters[1]
    assert made.books[0].key == "quiet"
    assert made.pages == former.pages
    assert made.left_out == ("pages/about.md", "quiet/01-one.md", "quiet/book.md")


def test_an_id_that_moved_to_a_new_chapter_is_not_in_two(loaded: Load) -> None:
    former = loaded({"quiet/01-one.md": text(ASK.format("a")), "quiet/02-two.md": text()})
    made = loaded(
        {"quiet/01-one.md": text("<b>"), "quiet/02-two.md": text(ASK.format("a"))}, former
    )
    assert [placed.prompt.id for placed in made.books[0].prompts] == ["a"]


def test_a_removed_chapter_is_gone(loaded: Load, folder: Folder) -> None:
    former = loaded({"quiet/01-one.md": text(), "quiet/02-two.md": text()})
    (folder({}) / "quiet" / "02-two.md").unlink()
    assert slugs(loaded({}, former)) == ["one"]


@pytest.fixture
def site(folder: Folder, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A process that has read nothing yet, with a folder of its own."""
    monkeypatch.setattr(loader, "_kept", None)
    settings.CONTENT_DIR = folder({"quiet/book.md": BOOK, "quiet/01-one.md": text("One.")})
    root: Path = settings.CONTENT_DIR
    return root


def change(path: Path, words: str) -> None:
    before = path.stat().st_mtime_ns
    path.write_text(words)
    os.utime(path, ns=(before + 10**9, before + 10**9))


def test_a_process_reads_its_folder_once(site: Path) -> None:
    first = loader.library()
    change(site / "quiet" / "01-one.md", text("Two."))
    assert loader.library() is first


def test_with_debug_a_change_shows_and_a_broken_one_does_not(site: Path, settings: Any) -> None:
    settings.DEBUG = True
    first = loader.library()
    assert loader.library() is first
    change(site / "quiet" / "01-one.md", text("Two."))
    second = loader.library()
    assert second.books[0].chapters[0].blocks[0].html == "<p>Two.</p>"  # type: ignore[attr-defined]
    assert second.books[0].edition != first.books[0].edition
    change(site / "quiet" / "01-one.md", text("<b>"))
    third = loader.library()
    assert third.books[0].chapters == second.books[0].chapters
    assert third.left_out == ("quiet/01-one.md",)


def test_a_crisis_line_that_changes_is_changed_in_every_chapter(
    site: Path, settings: Any, data_dir: Path
) -> None:
    change(site / "quiet" / "01-one.md", text("{{lifeline.name}}"))
    first = loader.library().books[0]
    (data_dir / "site.toml").write_text('[[line]]\nkey = "lifeline"\nname = "New"\ncall = "555"\n')
    second = loader.library().books[0]
    assert second.chapters[0].blocks[0].html == "<p>New</p>"  # type: ignore[attr-defined]
    assert second.edition != first.edition


def test_the_log_names_what_is_left_out_and_none_of_its_words(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    change(site / "quiet" / "01-one.md", text("<b>Secret"))
    with caplog.at_level(logging.ERROR):
        loader.library()
    assert "quiet/01-one.md is left out" in caplog.text
    assert "Secret" not in caplog.text


def test_a_library_read_in_another_process_is_the_same(settings, monkeypatch):
    settings.CONTENT_DIR = SHIPPED
    monkeypatch.setattr(loader, "_kept", None)
    loader.preload()
    apart = loader.library()
    assert apart.books
    assert apart == load(SHIPPED)
    assert loader.library() is apart


def test_where_there_is_no_other_process_this_one_reads(settings, monkeypatch, caplog):
    def refused(*args, **kwargs):
        raise OSError("no more processes")

    settings.CONTENT_DIR = SHIPPED
    monkeypatch.setattr(loader, "_kept", None)
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", refused)
    loader.preload()
    assert loader.library().books
    assert "could not be read apart" in caplog.text
