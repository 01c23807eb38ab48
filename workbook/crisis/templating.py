"""Help in any template. Nothing here needs a context or a request."""

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workbook.crisis.contact import contact_of_site
from workbook.crisis.loader import help_lines
from workbook.web.fragments import fragment


def crisis_banner() -> SafeString:
    """Returns the slim line at the top of every page, print and export."""
    return fragment("crisis/_crisis_banner.html", {"calls": help_lines().banner_html()})


def disclaimer() -> SafeString:
    """Returns the sentence that this is peer support and no treatment, as a paragraph."""
    return format_html('<p id="disclaimer">{}</p>', help_lines().disclaimer)


def beside_writing() -> SafeString:
    """Returns the sentence that says nobody will see this, for once a page with fields."""
    return format_html('<p class="beside-writing">{}</p>', help_lines().beside_writing_html())


def crisis(key: str) -> SafeString:
    """Returns a line's phrase for the middle of a sentence, such as that of "lifeline"."""
    return help_lines().line(key).inline_html()


def help_of(group: str) -> SafeString:
    """Returns each line of a group with its ways, its hours and what happens then."""
    return fragment("crisis/_help_lines.html", {"lines": help_lines().group(group)})


def site_name() -> str:
    """Returns what site.toml calls this site."""
    return str(settings.SITE.name)


def closing_notice() -> SafeString:
    """Returns what site.toml tells everybody while the site is about to close; usually nothing."""
    words = settings.SITE.closing_notice.strip()
    if not words:
        return SafeString("")
    return format_html('<p id="closing-notice" class="notice notice--error">{}</p>', words)


def operators() -> SafeString:
    """Returns who runs the site and how to reach them; nothing where site.toml says nothing.

    A contact that is an email or web address becomes a link; a sentence stays as it is.
    """
    context = {"site": settings.SITE, **contact_of_site()._asdict()}
    return fragment("crisis/_operators.html", context)


FUNCTIONS = (
    beside_writing,
    closing_notice,
    crisis,
    crisis_banner,
    disclaimer,
    help_of,
    operators,
    site_name,
)
"""What every template may call."""
