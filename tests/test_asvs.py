"""docs/asvs.md leaves nothing out, and what docs/threat-model.md says of bounds is what holds."""

import re
from collections import Counter

import pytest
from django.conf import settings

from workbook.accounts import forms, login, throttles
from workbook.accounts.site_words import LEAST_OF_ONES_OWN, SITE_WORDS
from workbook.journal import long_forms
from workbook.journal.transfer.import_.reading_json import MOST_ENTRIES, MOST_JSON
from workbook.journal.transfer.import_.uploads import MOST_BYTES
from workbook.operations import admission
from workbook.prompts.answers import MAX_CHARACTERS, MAX_ROWS, MAX_VALUES
from workbook.site import Site
from workbook.vault import pending, storage
from workbook.vault.recovery_keys import DEVICE_DAYS

ROOT = settings.BASE_DIR
PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+) \|$", PAGE, re.M)
STANDS = ("yes", "partly", "no", "operator", "n/a")

# ASVS 5.0.0: how many requirements of levels 1 and 2 each section holds. In every section they come
# first, so that they are numbered from 1; sections 3.1, 3.6 and 6.7 hold level 3 alone.
SECTIONS = {
    "1": {1: 2, 2: 9, 3: 11, 4: 3, 5: 2},
    "2": {1: 3, 2: 3, 3: 4, 4: 1},
    "3": {2: 2, 3: 4, 4: 6, 5: 5, 7: 2},
    "4": {1: 3, 2: 1, 3: 2, 4: 4},
    "5": {1: 1, 2: 3, 3: 2, 4: 3},
    "6": {1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4},
    "7": {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2},
    "8": {1: 2, 2: 3, 3: 1, 4: 1},
    "9": {1: 3, 2: 4},
    "10": {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3},
    "11": {1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1},
    "12": {1: 3, 2: 2, 3: 4},
    "13": {1: 1, 2: 5, 3: 2, 4: 5},
    "14": {1: 2, 2: 4, 3: 3},
    "15": {1: 3, 2: 3, 3: 7},
    "16": {1: 1, 2: 5, 3: 4, 4: 3, 5: 3},
    "17": {1: 1, 2: 4, 3: 2},
}


def test_each_requirement_of_the_first_two_levels_stands_once_and_in_its_order():
    wanted = [
        f"{chapter}.{section}.{number}"
        for chapter, sections in SECTIONS.items()
        for section, most in sections.items()
        for number in range(1, most + 1)
    ]
    assert len(wanted) == 70 + 183  # What the standard says of its levels 1 and 2.
    assert [row[0] for row in ROWS] == wanted


def test_each_stands_as_one_of_five_words_and_they_are_counted_rightly():
    assert {row[2] for row in ROWS} == set(STANDS)
    counted = Counter(row[2] for row in ROWS)
    table = [*STANDS, "together"], [*(counted[stand] for stand in STANDS), len(ROWS)]
    for cells in table:
        assert f"| {' | '.join(map(str, cells))} |\n" in PAGE


@pytest.mark.parametrize(("number", "stand", "shown"), [(row[0], *row[2:]) for row in ROWS])
def test_each_names_tests_that_exist_or_gives_a_reason(number, stand, shown):
    named = re.findall(r"`(tests/[^`]*)`", shown)
    assert all((ROOT / path).is_file() for path in named)
    if stand in {"yes", "partly", "no"}:
        assert named or len(shown) >= 12


THREATS = " ".join((ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("what", "bucket"),
    [
        ("one name from one place", throttles.PAIR),
        ("one name from a browser of its owner's", throttles.BROWSER),
        ("one name from everywhere", throttles.ACCOUNT),
        ("one name from all browsers of its owner's", throttles.ACCOUNT),
        ("one place, all names", throttles.ADDRESS),
        ("new accounts from one place", throttles.SIGNUP),
        ("backup keys from one place", throttles.RECOVERY_KEY),
        ("codes of one account from one place", throttles.CODE_PAIR),
        ("codes of one account from everywhere", throttles.CODE_ACCOUNT),
        ("codes of one account from all browsers of its owner's", throttles.CODE_ACCOUNT),
        ("whole journals of one account", throttles.WHOLE_JOURNAL),
    ],
)
def test_the_threat_model_tells_how_guessing_is_slowed(what, bucket):
    assert f"| {what} | {bucket.burst} | {bucket.seconds} s |" in THREATS


def test_the_threat_model_tells_the_bounds_that_hold():
    minutes = ", ".join(str(minutes) for minutes, _words in forms.LOCK_MINUTES[:-1])
    assert forms.LOCK_MINUTES[-1][0] == login.SHARED_LOCK_MINUTES
    for told in (
        f"after {minutes} or {login.SHARED_LOCK_MINUTES} minutes",
        f"{settings.SESSION_COOKIE_AGE // 86400} days after signing in",
        f"for {DEVICE_DAYS} days",
        f"ends after {pending.SECONDS // 60} minutes or {pending.MOST_TRIES} wrong codes",
        f"{MAX_CHARACTERS:,} characters",
        f"{MAX_ROWS} rows and {MAX_VALUES:,} values",
        f"a form {settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1e6} MB",
        f"answer {long_forms.MOST_BYTES / 1e6} MB",
        f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} fields",
        f"{MOST_BYTES // 1024**2} MiB",
        f"{MOST_JSON // 1024**2} MiB",
        f"{MOST_ENTRIES:,} entries",
        f"keeps {Site().account_megabytes} MB sealed",
        f"{storage.A_ROW} bytes for each row",
        f"{100 // storage.COUNTED} % of the bound",
        f"From {storage.NEAR} % its owner is told",
        f"{100 // storage.GRACE} % and {storage.MEGABYTE // 1_000_000} MB of grace",
        f"{admission.PERMITS} requests",
        f"{forms.PASSWORD_MAX_LENGTH:,} characters",
        f"{LEAST_OF_ONES_OWN} letters",
        f"({', '.join(sorted(SITE_WORDS))})",
    ):
        assert told in THREATS, told
