"""``make audit`` asks a source of advisories about every pin, and never calls silence a good sign."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
ASKED: list[dict] = []
KNOWN = {"django": "GHSA-of-the-site", "pytest": "GHSA-of-a-tool"}


class Source(BaseHTTPRequestHandler):
    """As much of OSV as is asked of it: pages of two, and one id an answer."""

    known: ClassVar[dict[str, str]] = {}

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        ASKED.extend(queries)
        self.answer({"results": [self.result(query) for query in queries]})

    def result(self, query: dict) -> dict:
        ident = self.known.get(query["package"]["name"].lower())
        if not ident:
            return {}
        if "page_token" in query:
            return {"vulns": [{"id": f"{ident}-2"}]}
        return {"vulns": [{"id": ident}], "next_page_token": "more"}

    def do_GET(self) -> None:
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}]
        self.answer({"summary": "Something bad.", "affected": [{"ranges": ranges}]})

    def answer(self, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def source() -> Iterator[str]:
    ASKED.clear()
    server = HTTPServer(("127.0.0.1", 0), Source)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def audit(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "audit.py"],
        env=os.environ | {"OSV_URL": url, "no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_pin_is_asked_about_with_its_version_and_nothing_else_is_sent(source, monkeypatch):
    monkeypatch.setattr(Source, "known", {})
    run = audit(source)
    assert run.returncode == 0, run.stderr
    assert "none has a known weakness" in run.stdout
    lock = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    assert len(ASKED) == len([line for line in lock if line[:1].isalnum() and "==" in line])
    assert {"ecosystem": "PyPI", "name": "django"} in [one["package"] for one in ASKED]
    assert all(set(one) == {"package", "version"} for one in ASKED)


def test_what_is_known_is_told_with_what_mends_it_and_where_it_matters(source, monkeypatch):
    monkeypatch.setattr(Source, "known", KNOWN)
    run = audit(source)
    assert run.returncode == 1
    assert "GHSA-of-the-site: Something bad. Mended in 99.1." in run.stdout
    assert "GHSA-of-the-site-2" in run.stdout  # The second page.
    [django] = [line for line in run.stdout.splitlines() if line.startswith("django ")]
    [pytest_] = [line for line in run.stdout.splitlines() if line.startswith("pytest ")]
    assert "(the site)" in django
    assert "(tests and tools only)" in pytest_
    assert "2 have known weaknesses" in run.stdout


def test_where_nobody_can_be_asked_it_says_that_nothing_was_checked(source, monkeypatch):
    for url in ("http://127.0.0.1:9", f"{source}/nowhere"):
        monkeypatch.setattr(Source, "do_POST", lambda self: self.answer([]))
        run = audit(url)
        assert run.returncode == 2
        assert "Nothing was checked" in run.stderr
        assert "none has" not in run.stdout


def test_the_page_of_licenses_names_every_pin_as_it_is_installed():
    run = subprocess.run(
        [sys.executable, ROOT / "scripts" / "list_licenses.py", "--check"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    page = (ROOT / "docs" / "licenses.md").read_text(encoding="utf-8")
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for line in lock:
        if line[:1].isalnum() and "==" in line:
            name, version = line.split()[0].split("==")
            assert f"| {name.partition('[')[0]} | {version} | " in page
