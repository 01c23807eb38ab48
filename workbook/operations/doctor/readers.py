"""What readers meet: chapters, the state of their review, crisis lines, whom to write to."""

from datetime import timedelta

from django.conf import settings

from workbook.accounts.models import today
from workbook.chapters.loader import library
from workbook.crisis import loader
from workbook.crisis.lines import CrisisLine, Resource
from workbook.crisis.loader import help_lines
from workbook.operations.doctor.finding import SiteFinding, look, ok, wrong

GOOD_FOR = timedelta(days=90)
TOO_OLD = timedelta(days=180)


def content() -> SiteFinding:
    """Looks whether the workbook compiles and holds something to read."""
    made = library()
    chapters = sum(len(book.chapters) for book in made.books)
    said = f"{len(made.books)} workbook(s), {chapters} chapter(s), {len(made.pages)} page(s)."
    if not chapters:
        return wrong(said, "See WORKBOOK_CONTENT_DIR, and manage.py check")
    if made.left_out:
        left = ", ".join(made.left_out[:5])
        return wrong(
            f"{said} Left out, because they don't compile: {left}.",
            "manage.py check names each line and how to fix it.",
        )
    return ok(said)


def drafts() -> SiteFinding:
    """Looks which chapters nobody has signed."""
    chapters = [chapter for book in library().books for chapter in book.chapters]
    waiting = [chapter.path for chapter in chapters if chapter.review is None]
    if waiting:
        return look(
            f"{len(waiting)} of {len(chapters)} chapter(s) "
            "are drafts that no peer specialist has signed, and say so to readers.",
            "Have them read; then set status, reviewed_by and reviewed_on in each.",
        )
    return ok("Every chapter is signed.")


def crisis_numbers() -> SiteFinding:
    """Looks when the crisis lines were last checked."""
    lines = help_lines()
    if problems := loader.reading().problems:
        return wrong(problems[0], "Fix site.toml.")
    items: tuple[CrisisLine | Resource, ...] = (*lines.lines, *lines.resources)
    ages = {item.name: today() - item.checked_on for item in items if item.checked_on}
    never = [item.name for item in items if not item.checked_on]
    oldest = max(ages, key=lambda name: ages[name], default="")
    remedy = "Call or open each, correct what has changed, and set its checked_on to that day."
    if oldest and ages[oldest] > GOOD_FOR:
        judge = wrong if ages[oldest] > TOO_OLD else look
        return judge(
            f"{sum(age > GOOD_FOR for age in ages.values())} were last checked over "
            f"{GOOD_FOR.days} days ago; {oldest}, {ages[oldest].days} days.",
            remedy,
        )
    if never:
        return look(f"Never checked: {', '.join(never[:5])}.", remedy)
    days = ages[oldest].days if oldest else 0
    return ok(f"All were checked within {days} day(s).")


def contact() -> SiteFinding:
    """Looks whether readers find somebody to write to."""
    if not settings.SITE.contact:
        return look(
            "Readers find nobody to write to when something here harmed them.",
            "Set contact in site.toml: an address, or a sentence.",
        )
    return ok("Readers can see whom to write to.")
