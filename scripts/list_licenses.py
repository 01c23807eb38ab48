#!/usr/bin/env python3
"""Writes docs/licenses.md, the license of every pinned package: ``make licenses``.

Read from the packages installed in this environment, so nothing is asked of anybody. With
``--check`` nothing is written: it ends with 1 where the page isn't what would be.
"""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from audit import ROOT, Pin, pins

PAGE = ROOT / "docs" / "licenses.md"
# Installed on other systems only, so their own word can't be read here.
ELSEWHERE = {"colorama": "BSD-3-Clause"}
LONGEST = 60

HEAD = """# Licenses of the packages we use

Written by `make licenses` from what each package says of itself; the exact files are named, with
their hashes, in `requirements.txt` and `requirements-dev.txt`. Alongside itself is under the MIT
license, its texts under CC BY 4.0, its letters under the SIL Open Font License (`static/fonts`).

psycopg (LGPL) is used as it is and can be replaced by another build of it. djlint (GPL) is a tool
for working on Alongside: no part of it is in a site.
"""


def license_of(pin: Pin) -> str:
    """Returns what a package says of its license, briefly. Raises LookupError."""
    try:
        about = metadata.metadata(pin.name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE[pin.name]
    if about["Version"] != pin.version:
        raise LookupError(f"{pin.name} {about['Version']} is installed, {pin.version} is pinned.")
    if expression := about.get("License-Expression"):
        return expression
    text = (about.get("License") or "").strip()
    if text and " " not in text:
        return text  # By its SPDX name, as it is meant to be.
    named = [
        one.rpartition(" :: ")[2]
        for one in about.get_all("Classifier") or []
        if one.startswith("License :: ") and not one.endswith(":: OSI Approved")
    ]
    if named:
        return ", ".join(named)
    if text and len(text) <= LONGEST:
        return text
    raise LookupError(f"{pin.name} {pin.version} names no license: look at it, and say so here.")


def page() -> str:
    """The page as it should be. Raises LookupError where a license isn't known."""
    site = pins(ROOT / "requirements.txt")
    tools = [pin for pin in pins(ROOT / "requirements-dev.txt") if pin not in site]
    return "\n".join([HEAD, *_table("The site", site), "", *_table("Tests and tools", tools), ""])


def _table(title: str, listed: list[Pin]) -> list[str]:
    rows = [f"| {pin.name} | {pin.version} | {license_of(pin)} |" for pin in listed]
    return [f"## {title}", "", "| package | version | license |", "|---|---|---|", *rows]


def main() -> int:
    """Writes the page, or compares it, and returns the exit code."""
    try:
        text = page()
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/licenses.md is not what `make licenses` would write.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
