#!/usr/bin/env python3
"""Looks for known weaknesses of every pinned package: ``make audit``.

Asks OSV (https://google.github.io/osv.dev/post-v1-querybatch/) about names and versions in
requirements-dev.txt, which holds the site's own pins as well; nothing else is sent. ``OSV_URL``
names another source that speaks the same. Needs nothing but Python.

Ends with 0 where nothing is known, with 1 where something is, and with 2 where nobody could be
asked: then nothing was checked, and it says so.
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCE = os.environ.get("OSV_URL") or "https://api.osv.dev"
PATIENCE = 30  # seconds for an answer

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.M)


class Pin(NamedTuple):
    """A package as the lock has it."""

    name: str
    version: str


class Unreachable(Exception):
    """Nobody answered who knows of weaknesses."""


def pins(path: Path) -> list[Pin]:
    """Every package of a requirements file, in its order."""
    return [Pin(*found) for found in _PIN.findall(path.read_text(encoding="utf-8"))]


def known_weaknesses(asked: list[Pin]) -> dict[Pin, list[str]]:
    """The ids of known weaknesses by package, only of those that have any. Raises Unreachable."""
    found: dict[Pin, list[str]] = {}
    queries = [_query(pin) for pin in asked]
    waiting = list(zip(asked, queries, strict=True))
    while waiting:
        answer = _post("/v1/querybatch", {"queries": [query for _pin, query in waiting]})
        results = answer.get("results")
        if not isinstance(results, list) or len(results) != len(waiting):
            raise Unreachable("the answer is no answer to the question")
        more = []
        for (pin, query), result in zip(waiting, results, strict=True):
            ids = [one["id"] for one in (result or {}).get("vulns", [])]
            if ids:
                found.setdefault(pin, []).extend(ids)
            if token := (result or {}).get("next_page_token"):
                more.append((pin, {**query, "page_token": token}))
        waiting = more
    return found


def about(ident: str) -> str:
    """What one weakness is, and the versions that mend it, as far as the source says."""
    try:
        told = _get(f"/v1/vulns/{ident}")
    except Unreachable:
        return ""
    mended = {
        event["fixed"]
        for affected in told.get("affected", [])
        for span in affected.get("ranges", [])
        if span.get("type") != "GIT"
        for event in span.get("events", [])
        if "fixed" in event
    }
    fixed = f" Mended in {', '.join(sorted(mended))}." if mended else ""
    return f"{told.get('summary') or 'No summary.'}{fixed}"


def main() -> int:
    """Asks, tells, and returns the exit code."""
    everything = pins(ROOT / "requirements-dev.txt")
    of_the_site = set(pins(ROOT / "requirements.txt"))
    try:
        found = known_weaknesses(everything)
    except Unreachable as error:
        print(
            f"Nothing was checked: {SOURCE} can't be reached ({error}).\n"
            "Run this where the internet is, or name another source in OSV_URL.",
            file=sys.stderr,
        )
        return 2
    for pin, idents in found.items():
        where = "the site" if pin in of_the_site else "tests and tools only"
        print(f"{pin.name} {pin.version} ({where}):")
        for ident in idents:
            print(f"  {ident}: {about(ident)}")
    known = f"{len(found)} have known weaknesses" if found else "none has a known weakness"
    print(f"{len(everything)} pinned packages, {len(of_the_site)} of them the site's: {known}.")
    return 1 if found else 0


def _query(pin: Pin) -> dict[str, Any]:
    return {"package": {"ecosystem": "PyPI", "name": pin.name}, "version": pin.version}


def _post(path: str, body: dict[str, Any]) -> dict[str, Any]:
    return _ask(path, json.dumps(body).encode())


def _get(path: str) -> dict[str, Any]:
    return _ask(path, None)


def _ask(path: str, body: bytes | None) -> dict[str, Any]:
    request = urllib.request.Request(
        SOURCE + path, data=body, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            told = json.load(answer)
    except urllib.error.URLError as error:
        raise Unreachable(str(error.reason)) from None
    except (OSError, ValueError) as error:
        raise Unreachable(type(error).__name__) from None
    if not isinstance(told, dict):
        raise Unreachable("the answer is no answer to the question")
    return told


if __name__ == "__main__":
    sys.exit(main())
