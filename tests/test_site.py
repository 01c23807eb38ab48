"""site.toml: what the people who run a site may say about it."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from workbook import site


def test_a_file_of_an_earlier_release_still_names_the_organization(tmp_path):
    path = tmp_path / site.FILE_NAME
    path.write_text('organisation = "Riverside"\n', encoding="utf-8")
    assert site.read(path).organization == "Riverside"


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path):
    path = tmp_path / site.FILE_NAME
    path.write_text('closing = "soon"\n', encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="unknown closing.*closing_notice"):
        site.read(path)
