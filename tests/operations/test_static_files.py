"""Static files are built with hashed names, and only when something changed."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders

from workbook.operations import static_files
from workbook.operations.static_storage import without_comments


@pytest.fixture
def source(tmp_path, settings):
    """A folder of sources with one style sheet, built into a folder beside it."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("body { margin: 0 }" * 50)
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "built"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "workbook.operations.static_storage.StaticStorage"}
    }
    static_files.get_finders.__globals__["get_finder"].cache_clear()
    yield source
    static_files.get_finders.__globals__["get_finder"].cache_clear()


def built(settings) -> set[str]:
    return {path.suffix for path in settings.STATIC_ROOT.glob("page.*.css*")}


def test_a_first_build_hashes_and_compresses(source, settings):
    assert static_files.build_if_changed()

    assert built(settings) == {".css", ".gz", ".br"}


def test_nothing_is_built_twice(source):
    static_files.build_if_changed()

    assert not static_files.build_if_changed()


def test_a_changed_file_is_built_and_the_old_one_stays_for_open_pages(source, settings):
    static_files.build_if_changed()
    (source / "page.css").write_text("body { margin: 1rem }" * 50)

    assert static_files.build_if_changed()
    assert len(list(settings.STATIC_ROOT.glob("page.*.css"))) == 2


def test_a_removed_file_counts_as_a_change(source):
    (source / "extra.css").write_text("p { color: red }")
    static_files.build_if_changed()
    (source / "extra.css").unlink()

    assert static_files.build_if_changed()


def test_a_build_that_broke_off_counts_as_none(source, settings):
    static_files.build_if_changed()
    (source / "page.css").write_text("body { background: url(missing.png) }")
    with pytest.raises(ValueError, match=r"missing\.png"):
        static_files.build_if_changed()
    (source / "page.css").write_text("body { margin: 0 }" * 50)

    assert static_files.build_if_changed()


def test_every_file_that_a_template_names_is_in_the_build(settings):
    """Tests take static files as they are; on a real site a missing one breaks its page."""
    built = {
        name for finder in finders.get_finders() for name, _ in finder.list(static_files.LEFT_OUT)
    }
    named = {
        name
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for name in re.findall(r"{% static ['\"]([^'\"]+)", path.read_text())
    }

    assert named
    assert named - built == set()


def test_our_style_sheets_are_served_without_their_comments(source, settings):
    (source / "css").mkdir()
    (source / "css" / "look.css").write_text(
        "/* Why\n   it is so. */\n:root { --a: 1; } /* here, too */\n\n  p::before { content: '☐  '; }\n"
    )

    static_files.build_if_changed()

    for path in settings.STATIC_ROOT.glob("css/look*.css"):
        assert path.read_text() == ":root { --a: 1; }\np::before { content: '☐  '; }\n"


def test_the_sites_look_is_at_most_12_kb_on_the_wire():
    sheet = finders.find("css/workbook.css")
    served = without_comments(Path(sheet).read_text(encoding="utf-8")).encode()

    assert len(gzip.compress(served)) <= 12 * 1024
    assert len(brotli.compress(served)) <= 12 * 1024
