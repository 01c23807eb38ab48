"""House rules that hold everywhere, so that a new route or template can't forget them."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client

from tests.elements import page as parsed
from tests.routes import ADDRESSES, SAMPLES, write_samples

ROOT = settings.BASE_DIR


def is_document(response) -> bool:
    return response.get("Content-Type", "").startswith("text/html") and bool(response.content)


@pytest.mark.django_db
def test_the_samples_name_what_is_there(person, entered):
    write_samples(person)
    client = entered(person)
    missing = {
        "/books/alongside/images/x.svg",  # The workbook has no pictures yet.
        "/.well-known/security.txt",  # Nobody is named in the tests' site.toml.
        f"/account/first/{SAMPLES['token']}/",  # A link works once.
    }
    for address in ADDRESSES:
        if not address.startswith("/admin/"):
            assert (client.get(address).status_code == 404) == (address in missing), address


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "delete"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_document_of_every_route_carries_banner_and_disclaimer(
    address, method, person, entered
):
    write_samples(person)
    for client in (Client(), entered(person), entered(person, locked=True)):
        client.raise_request_exception = False
        response = getattr(client, method)(address)
        assert response.status_code != 500, address
        assert "default-src 'none'" in response["Content-Security-Policy"]
        if is_document(response) and not response.streaming:
            html = response.content.decode()
            assert html.count('id="crisis-banner"') == 1, address
            assert html.count('id="disclaimer"') == 1, address
            assert not parsed(html).acting(), address


@pytest.mark.django_db
def test_every_answer_names_its_type_and_every_cookie_is_kept_from_scripts(person, entered):
    write_samples(person)
    for client in (Client(), entered(person)):
        client.raise_request_exception = False
        for address in ADDRESSES:
            response = client.get(address)
            kind = response.get("Content-Type", "")
            assert response.streaming or not response.content or kind, address
            assert not kind.startswith("text/") or "charset=utf-8" in kind, address
            for cookie in response.cookies.values():
                assert cookie["httponly"] or not cookie.value, (address, cookie.key)
                assert cookie["samesite"] == "Lax", (address, cookie.key)
                assert (cookie["path"], cookie["domain"]) == ("/", ""), (address, cookie.key)


@pytest.mark.django_db
def test_no_other_origin_is_let_in(person, entered, settings, tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "one.css").write_text("body { color: black }")
    settings.STATIC_ROOT = tmp_path
    for client in (Client(), entered(person)):
        client.raise_request_exception = False
        for address in ("/static/css/one.css", *ADDRESSES):
            response = client.get(address, headers={"Origin": "https://other.example"})
            assert "Access-Control-Allow-Origin" not in response, address
            if address.startswith("/static/"):
                assert b"".join(response).startswith(b"body")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK"])
def test_nothing_that_was_sent_is_ever_echoed(method, person, entered):
    for client in (Client(), entered(person)):
        client.raise_request_exception = False
        for address in ADDRESSES:
            response = client.generic(method, address, "canary", headers={"X-Canary": "canary"})
            said = b"" if response.streaming else response.content
            assert b"canary" not in said, address
            assert "canary" not in str(response.headers).lower(), address


NAMES_OF_COOKIES = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.messages.storage import default_storage
from django.test import RequestFactory
from workbook.accounts.devices import cookie_name
names = [getattr(settings, name) for name in dir(settings) if name.endswith("_COOKIE_NAME")]
names += [cookie_name(), default_storage(RequestFactory().get("/")).cookie_name]
print(json.dumps([names, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE]))
"""


def test_with_https_every_cookie_belongs_to_this_host_alone():
    run = subprocess.run(
        [sys.executable, "-c", NAMES_OF_COOKIES],
        env=os.environ
        | {"SITE_URL": "https://site.example", "DJANGO_SETTINGS_MODULE": "workbook.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names, *are_secure = json.loads(run.stdout)
    assert len(names) > 4
    # Django's own for a language, which no page offers to choose.
    assert [name for name in names if not name.startswith("__Host-")] == ["django_language"]
    assert are_secure == [True, True]


@pytest.mark.parametrize(
    "address", ["/static/", "/static/css/", "/.git/config", "/static/../.git/config", "/var/"]
)
def test_folders_and_what_lies_beside_the_site_are_not_served(address):
    response = Client().get(address)
    assert response.status_code == 404
    assert b"alongside.sqlite3" not in response.content
    assert b"[core]" not in response.content


def test_the_site_itself_calls_nobody():
    reaching = {"urllib.request", "http.client", "smtplib", "ftplib", "requests", "httpx", "socket"}
    # An operator's and an author's commands: is the port free, which machine is this, does https stand.
    may = {
        "operations/startup.py",
        "operations/restoring.py",
        "authoring/management/commands/write.py",
    }
    found = set()
    for path in (ROOT / "workbook").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
            if reaching & set(names):
                found.add(path.relative_to(ROOT / "workbook").as_posix())
    assert {one for one in found if not one.startswith("operations/doctor/")} == may


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def test_no_template_holds_script_or_style_or_reaches_for_another_origin():
    bad = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|(?:src|href)=\"(?:https?:)?//"
    )
    for path in templates():
        found = bad.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path}: {found}"


def test_every_template_compiles_and_is_used():
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("workbook", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html"}
    )
    by_convention = {"400.html", "403.html", "404.html", "500.html"}
    for path in templates():
        name = path.relative_to(ROOT / "templates").as_posix()
        if name.startswith("django/"):
            engines["django"].get_template(name.removeprefix("django/"))
            continue
        engines["jinja2"].get_template(name)
        if name in by_convention:
            continue
        if name.startswith(("prompts/", "pages/paper/")) and not Path(name).name.startswith("_"):
            continue  # The kind of the same name uses it, on a page or on paper.
        assert f'"{name}"' in sources or f"'{name}'" in sources, f"{name} is used nowhere"


def test_no_line_of_a_template_is_too_long_to_read():
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in templates()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > 120
    ]
    assert not long, long


def test_no_crisis_number_stands_outside_the_one_list():
    from workbook.crisis.loader import help_lines

    numbers = {
        value
        for line in help_lines().lines
        for value in (line.call, line.text, line.call_shown)
        if value and len(re.sub(r"\D", "", value)) >= 3
    }
    pattern = re.compile(
        r"(?<![\w./-])(?:" + "|".join(map(re.escape, sorted(numbers))) + r")(?![\w.-])"
    )
    files = [
        path
        for folder in ("workbook", "templates", "static", "content")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".js", ".css", ".md", ".toml", ".webmanifest"}
        and path.name != "help.toml"
    ]
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, found
