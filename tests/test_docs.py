"""What the documents name is there: files, links, commands, targets, settings."""

import datetime
import re
import tomllib
from itertools import chain

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = settings.BASE_DIR
PAGES = sorted(chain(ROOT.glob("*.md"), (ROOT / "docs").rglob("*.md")))
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
FOLDERS = ("bench", "content", "docs", "scripts", "static", "templates", "tests", "workbook")


@pytest.mark.parametrize("page", TEXTS)
def test_files_that_are_named_exist(page):
    named = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+|test_\w+\.py)`", TEXTS[page])
    known = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    missing = [name for name in named if name not in known and not (ROOT / name).exists()]
    assert not missing


# The links of docs/coverage.md are the workbook's own; tests/content follows them.
@pytest.mark.parametrize("page", sorted({*TEXTS} - {"docs/coverage.md"}))
def test_links_and_pictures_lead_somewhere(page):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", TEXTS[page], flags=re.DOTALL)
    named = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", text)
    for target in (one or other for one, other in named):
        if not re.match(r"[a-z-]+:|#|/", target):
            assert (ROOT / page).parent.joinpath(target.split("#")[0]).exists(), target


@pytest.mark.parametrize("page", TEXTS)
def test_commands_and_targets_that_are_named_exist(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make ([a-z-]+)", TEXTS[page])) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", TEXTS[page])) <= set(get_commands())


def test_each_setting_is_told_in_the_readme_and_in_the_example():
    text = "".join(path.read_text() for path in (ROOT / "workbook").rglob("*.py"))
    read = set(re.findall(r"os\.environ(?:\.get\(|\[)\"([A-Z_]+)\"", text))
    read |= set(re.findall(r"\benvironment\.\w+\(\"([A-Z_]+)\"", text))
    assert {"SITE_URL", "DATABASE_URL", "TRUSTED_PROXIES"} <= read
    told = {
        name
        for row in re.findall(r"^\| (`[A-Z].*?) \|", TEXTS["README.md"], re.M)
        for name in re.findall(r"`([A-Z_]+)`", row)
    }
    example = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert read - told == {"DJANGO_SETTINGS_MODULE"} & read
    assert told == example


def test_each_picture_is_shown_somewhere():
    text = "".join(TEXTS.values())
    pictures = {path.name for path in (ROOT / "docs" / "images").glob("*.png")}
    assert pictures == {name for name in pictures if f"images/{name}" in text}


ARCHITECTURE = TEXTS["docs/architecture.md"]


def rows_under(heading):
    """The cells of each row of the table under a heading of docs/architecture.md."""
    part = ARCHITECTURE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return rows[1:]


def test_each_module_that_the_architecture_names_exists():
    dotted = re.findall(r"`(workbook(?:\.\w+)+)`", ARCHITECTURE)
    paths = re.findall(r"`(workbook/[\w./-]*)`", ARCHITECTURE)
    assert len(paths) > 60
    for path in [*paths, *(name.replace(".", "/") for name in dotted)]:
        # A folder alone may be what a module that moved has left behind.
        there = [ROOT / path, ROOT / f"{path}.py", *(ROOT / path).glob("**/*.py")]
        assert any(one.is_file() for one in there), path


def test_where_to_change_what_leads_to_a_file_that_holds_it():
    rows = rows_under("Where to change what")
    assert len(rows) > 12
    for what, where, name in rows:
        for path in re.findall(r"`([^`]+)`", where):
            assert (ROOT / path).exists(), what
            if name.startswith("`") and (ROOT / path).is_file():
                assert name.strip("`") in (ROOT / path).read_text(encoding="utf-8"), what


def test_the_packages_stand_in_the_order_that_imports_are_held_to():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = (one["layers"] for one in contracts["contracts"] if one["type"] == "layers")
    wanted = {
        package.strip().replace(".", "/") + "/": str(number)
        for number, layer in enumerate(layers, start=1)
        for package in layer.split("|")
    }
    assert {row[1].strip("`"): row[0] for row in rows_under("The packages")} == wanted


ISSUE_FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


def test_a_wrong_crisis_line_is_the_first_thing_to_report():
    names = [yaml.safe_load(path.read_text(encoding="utf-8"))["name"] for path in ISSUE_FORMS]
    assert "crisis line" in names[0]
    assert len(names) == 3


@pytest.mark.parametrize("path", ISSUE_FORMS, ids=lambda path: path.stem)
def test_an_issue_form_says_what_not_to_paste_before_it_asks_anything(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    first, *asked = form["body"]
    assert first["type"] == "markdown"
    assert "Please don't paste" in first["attributes"]["value"]
    # What GitHub wants of a form, or it shows none of it.
    assert form["description"]
    assert len({field["id"] for field in asked}) == len(asked) > 2
    for field in asked:
        assert field["type"] in {"input", "textarea", "checkboxes"}
        assert field["attributes"]["label"]


def test_before_a_commit_runs_what_ci_checks_and_nothing_is_fetched_for_it():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    (repo,) = yaml.safe_load(text)["repos"]
    (hook,) = repo["hooks"]
    assert repo["repo"] == "local"
    assert hook["entry"] == "make check"
    assert f"\n{hook['entry']}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_each_decision_has_its_number_its_day_and_what_was_rejected():
    _head, *decisions = re.split(r"^## ", TEXTS["docs/decisions.md"], flags=re.MULTILINE)
    assert len(decisions) > 15
    days = []
    for number, decision in enumerate(decisions, start=1):
        title, _blank, text = decision.partition("\n\n")
        assert title.startswith(f"{number}. ")
        assert "**Rejected:** " in text, title
        days.append(datetime.date.fromisoformat(text[:10]))
    assert days == sorted(days)
