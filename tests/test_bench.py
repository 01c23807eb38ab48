"""The harness that measures: it sees a wrong response, and says when a ratio is missed."""

from dataclasses import replace

import pytest

from bench import load, report, scale, workload
from bench.inside import people_in
from bench.load import Run
from bench.run import ROWS
from bench.sites import Site
from workbook.chapters.loading import load as load_texts


def measured(**more):
    """A run in which everything was twice as good as it must be."""
    runs = {}
    for row in ROWS:
        runs[row.floor] = [Run(100, 1, 2, 1)] * 5
        runs[row.ours] = [Run(200, 1, 2, 1)] * 5
    runs["chapter gunicorn"] = runs["signed out gunicorn"] = runs["autosave gunicorn"] = [
        Run(100, 1, 2, 1)
    ] * 5
    return {
        "machine": "a machine",
        "rounds": 5,
        "seconds": 3,
        "people": 200,
        "mixed": 10_000,
        "runs": runs,
        "prices": {
            "search over 2,000": 50.0,
            "bare decrypt of 2,000": 25.0,
            "one Argon2id": 150.0,
        },
        "memory": {"alongside": [75.0, 50.0, 75.0, 50.0], "floor": [60.0, 40.0, 60.0, 40.0]},
        "commands": {"alongside": [0.4], "floor": [0.4], "cold": [1.2]},
        "starts": {"site": [1.0], "worker": [0.1], "floor site": [0.5]},
        "database": {"bytes": 4_000_000, "entries": 1000},
        "profiles": {"chapter": {"ms": 2.0, "Django": 0.5, "the rest": 0.5}},
    } | more


def test_what_holds_is_not_missed_and_the_tables_name_every_row():
    text = report.performance(measured())

    assert report.missed(measured()) == []
    assert "**missed**" not in text
    assert [row.title for row in ROWS if row.target and row.title not in text] == []


@pytest.mark.parametrize(
    ("worse", "named"),
    [
        ({"memory": {"alongside": [75, 50, 80, 55], "floor": [60, 40, 60, 40]}}, "10,000 more"),
        ({"memory": {"alongside": [99, 50, 99, 50], "floor": [60, 40, 60, 40]}}, "of a worker"),
        ({"commands": {"alongside": [0.8], "floor": [0.4], "cold": [1.2]}}, "manage.py check"),
        ({"starts": {"site": [3.0], "worker": [0.1], "floor site": [0.5]}}, "second start"),
        ({"starts": {"site": [1.0], "worker": [0.9], "floor site": [0.5]}}, "killed worker"),
    ],
)
def test_what_is_missed_is_named(worse, named):
    [line] = report.missed(measured(**worse))
    assert named in line
    assert "**missed**" in report.performance(measured(**worse))


@pytest.mark.parametrize("row", [row for row in ROWS if row.target], ids=lambda row: row.ours)
def test_a_slow_row_is_missed(row):
    runs = measured()["runs"]
    runs[row.ours] = [Run(row.target * 90, 1, 2, 1)] * 5
    assert row.title in " ".join(report.missed(measured(runs=runs)))


def test_only_the_part_between_its_marks_is_written(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- one -->\nold\n<!-- /one -->\nafter\n")

    report.write(page, "one", "new\n")

    assert page.read_text() == "before\n<!-- one -->\nnew\n<!-- /one -->\nafter\n"
    with pytest.raises(ValueError, match="no place for two"):
        report.write(page, "two", "new")


def test_a_hundred_times_the_readers_need_a_hundred_times_the_disk():
    small, large = scale.scale(measured()).splitlines()[-2:]

    assert small.startswith("| 1,000 |")
    assert small.endswith("| 2 GB |")
    assert large.startswith("| 100,000 |")
    assert large.endswith("| 160 GB |")


@pytest.mark.slow
def test_a_response_that_is_not_what_was_asked_for_ends_the_run(tmp_path):
    site = Site(tmp_path / "site")
    site.seed(20)
    people, [owner] = people_in(site.data), people_in(site.data, "owner.json")
    nobody = [person._replace(cookie="alongside=nobody") for person in people]
    right = [load.chapters(people), load.saves(people), load.mixed(people, owner)]
    right += [load.signed_out(), load.journal(owner)]
    wrong = [load.chapters(nobody), load.journal(people[0]), load.mixed(nobody, owner)]
    wrong += [replace(load.signed_out(), status=404), replace(load.signed_out(), all=("no such",))]
    try:
        site.start()
        right.append(load.gzipped(site.address, load.chapters(people)))
        for plan in right:
            assert load.drive(site.address, plan, 1).requests
        for plan in wrong:
            with pytest.raises(load.Wrong):
                load.drive(site.address, plan, 1)
    finally:
        site.stop()


def test_the_texts_that_are_measured_are_whole(client, tmp_path):
    """A chapter that doesn't compile is a page that isn't there, and quickly served."""
    client.get("/help-now/")  # Addresses are known from here on.
    workload.write_content(tmp_path)
    made = load_texts(tmp_path)
    assert made.problems == ()
    assert sum(len(book.chapters) for book in made.books) >= len(workload.slugs())
    assert len(made.books) == 1
