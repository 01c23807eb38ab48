"""Translators get every sentence of the templates."""

import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from workbook.pages.management.commands.makemessages import as_python


def test_a_message_stands_on_its_line_as_python():
    source = (
        "<p>{{ _('Say “it”') }}</p>\n"
        "\n"
        "{% trans name=person.name %}Told by {{ name }}.{% endtrans %}\n"
        "{% trans days=days %}{{ days }} day{% pluralize %}{{ days }} days{% endtrans %}"
    )
    assert as_python(source).splitlines() == [
        "_('Say “it”')",
        "",
        "gettext('Told by %(name)s.')",
        "ngettext('%(days)s day', '%(days)s days')",
    ]


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs GNU gettext")
def test_makemessages_finds_what_templates_and_modules_say(tmp_path):
    # A copy of the site, so that nothing is written beside this one.
    (tmp_path / "locale").mkdir()
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    for folder in ("content", "templates", "workbook"):
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale=es"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    found = (tmp_path / "locale" / "es" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    for message in (
        "Not today",  # of a template
        "Told by %(name)s.",  # with a value in it
        "Row %(number)s",
        "The title is too long.",  # of a module
        "Leave quickly",
    ):
        assert f'"{message}' in found, message
