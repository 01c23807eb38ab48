"""A QR code as an SVG of this site's own page: no file, no style, no script in it."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str, title: str) -> SafeString:
    """Returns the picture of a text, black on white in every color scheme, with words for who can't
    see.
    """
    code = segno.make(text, error="m", micro=False)
    picture = code.svg_inline(
        omitsize=True,
        dark="#000",
        light="#fff",
        border=4,
        svgclass="qr",
        lineclass=None,
        title=title,
    )
    return mark_safe(picture.replace("<svg ", '<svg role="img" ', 1))
