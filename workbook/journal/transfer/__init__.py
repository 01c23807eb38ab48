"""Take along: a person's own words on their way out of the site, and back in.

``records`` opens what is kept; ``as_json``, ``as_html`` and ``as_markdown`` write it down;
``archive`` packs a zip while it is being sent; ``export`` puts them together. ``reading_json``
reads such a file and checks it, ``importing`` keeps what it says. ``bridge`` picks answers for one
sheet, ``calendar`` makes a reminder. ``docs/export-format.md`` documents the JSON.
"""
