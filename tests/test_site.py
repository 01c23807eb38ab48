"""site.toml: what the people who run a site may say about it."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from workbook import site


def test_a_file_of_an_earlier_release_still_names_the_organization(tmp_path):
    path = tmp_path / site.FILE_NAME
    path.write_text('organisation = "Riverside"\n', encoding="utf-8")
    assert site.read(path).organization == "Riverside"


def test_the_room_of_an_account_is_what_its_operator_says(tmp_path):
    path = tmp_path / site.FILE_NAME
    assert site.read(path).account_megabytes == 200
    path.write_text("account_megabytes = 50\nbackups_forget_days = 0\n", encoding="utf-8")
    assert site.read(path).account_megabytes == 50


@pytest.mark.parametrize(
    ("line", "least"),
    [
        ("account_megabytes = 0", "megabytes, 1 or more"),
        ("account_megabytes = true", "megabytes, 1 or more"),
        ('account_megabytes = "200"', "megabytes, 1 or more"),
        ("account_megabytes = 1.5", "megabytes, 1 or more"),
        ("backups_forget_days = -1", "days, 0 or more"),
    ],
)
def test_what_is_no_such_number_is_refused_with_the_least_there_can_be(tmp_path, line, least):
    path = tmp_path / site.FILE_NAME
    path.write_text(line, encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match=f"must be a number of {least}"):
        site.read(path)


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path):
    path = tmp_path / site.FILE_NAME
    path.write_text('closing = "soon"\n', encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="unknown closing.*closing_notice"):
        site.read(path)
