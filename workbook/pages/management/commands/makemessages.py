"""``manage.py makemessages``: Django's command, taught to read the site's Jinja2 templates."""

from pathlib import Path

from django.core.management.commands import makemessages
from jinja2 import Environment


def as_python(source: str) -> str:
    """Returns a template's messages as Python that calls gettext, each on its own line.

    xgettext reads Python, and no templates.
    """
    reader = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701 -- It draws nothing.
    lines: dict[int, list[str]] = {}
    for line, function, messages in reader.extract_translations(source):  # type: ignore[attr-defined]
        texts = messages if isinstance(messages, tuple) else (messages,)
        arguments = ", ".join(repr(text) for text in texts if isinstance(text, str))
        lines.setdefault(line, []).append(f"{function}({arguments})")
    last = max(lines, default=0)
    return "".join("; ".join(lines.get(line, [])) + "\n" for line in range(1, last + 1))


class JinjaFile(makemessages.BuildFile):
    """A module or template to be searched for messages."""

    def preprocess(self) -> None:
        """Writes the Python of :func:`as_python` beside a Jinja2 template, for xgettext to read.

        Python modules, scripts and the templates of Django's engine are left to Django.
        """
        if not self.is_templatized:
            return
        text = Path(self.path).read_text(encoding="utf-8")
        is_django_s = "django" in Path(self.path).parts
        if self.domain != "django" or is_django_s:
            super().preprocess()
        else:
            Path(self.work_path).write_text(as_python(text), encoding="utf-8")


class Command(makemessages.Command):
    """Collects the messages of modules and templates for translators."""

    build_file_class = JinjaFile
