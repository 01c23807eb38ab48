"""``manage.py serve``, as an operator starts it: a real process on a real port."""

import atexit
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path

import pytest

from workbook.operations import keys

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, "-W", "error", str(ROOT / "manage.py")]


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """An operator's environment: none of the tests' own settings in it."""
    return {"PATH": os.environ["PATH"], "WORKBOOK_DATA_DIR": str(data_dir), **more}


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


@cache
def _started_once() -> Path:
    """The data folder of a site that nobody has joined, and that was stopped again."""
    folder = Path(tempfile.mkdtemp(prefix="alongside-started-once-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with serving(folder / "var", is_first_start=True):
        pass
    return folder / "var"


@contextlib.contextmanager
def serving(data_dir: Path, *, is_first_start: bool = False, **more: str):
    """A site that answers; gives its address, and afterwards what it printed.

    A first start builds the static files, which takes most of its time. So an empty folder gets what
    one such start has made, but for the keys, unless the first start itself is what is looked at.
    """
    if not is_first_start and not data_dir.exists():
        shutil.copytree(
            _started_once(), data_dir, ignore=shutil.ignore_patterns(keys.FILE_NAME, "*.sqlite3*")
        )
    port = free_port()
    output = data_dir.with_suffix(".output")
    with output.open("w") as file:
        site = subprocess.Popen(
            [*MANAGE, "serve"],
            env=environment(data_dir, PORT=port, **more),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz", site)
        yield address, output
    finally:
        site.send_signal(signal.SIGINT)
        assert site.wait(timeout=30) == 0, output.read_text()


def wait_for(address: str, site: subprocess.Popen, seconds: int = 90) -> None:
    deadline = time.monotonic() + seconds
    while site.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()
            return
        time.sleep(0.05)
    pytest.fail("the site did not answer")


def get(address: str):
    with urllib.request.urlopen(address, timeout=30) as response:
        return response.headers, response.read().decode()


def children(process: int) -> list[int]:
    return [
        int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ]


def megabytes_of_largest_worker() -> float:
    """Of the sites that are being served."""
    workers = [worker for site in children(os.getpid()) for worker in children(site)]
    found = [
        re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in workers
    ]
    return max(int(resident[1]) / 1024 for resident in found if resident)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a site that has been started once."""
    folder = tmp_path_factory.mktemp("site") / "var"
    with serving(folder, is_first_start=True) as (address, output):
        folder.with_suffix(".first-page").write_text(get(f"{address}/")[1])
    output.rename(folder.with_suffix(".first-output"))
    return folder


@pytest.mark.slow
def test_a_first_start_prints_the_key_sheet_and_the_address(data_dir):
    printed = data_dir.with_suffix(".first-output").read_text()

    assert str(data_dir / keys.FILE_NAME) in printed
    assert "copy" in printed
    assert "manage.py key_sheet --prove" in printed
    assert re.search(r"Alongside is open at http://127\.0\.0\.1:\d+/", printed)


@pytest.mark.slow
def test_what_a_site_writes_is_for_its_own_account_alone(data_dir):
    written = [data_dir, *data_dir.iterdir()]

    assert data_dir / keys.FILE_NAME in written
    assert [path for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


@pytest.mark.slow
@pytest.mark.parametrize("server", ["granian", "gunicorn"])
def test_a_later_start_keeps_the_keys_and_builds_nothing(data_dir, server):
    before = {path: path.stat().st_mtime_ns for path in data_dir.rglob("*") if path.is_file()}

    with serving(data_dir, WORKBOOK_SERVER=server) as (address, output):
        styles = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', get(f"{address}/")[1])
        assert styles, "the page names no hashed style sheet"
        headers, text = get(address + styles[1])
        assert "immutable" in headers["Cache-Control"]
        assert text

    kept = {path: time for path, time in before.items() if "sqlite3" not in path.name}
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert "key sheet" not in output.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("server", ["granian", "gunicorn"])
def test_a_json_log_is_one_object_a_line_without_what_was_asked(data_dir, server):
    with serving(data_dir, LOG_FORMAT="json", WORKBOOK_SERVER=server) as (address, output):
        for asked in ("/canary/in/a/path/?q=canary-in-the-query", "/books/canary-book/"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                get(address + asked)
        strange = urllib.request.Request(address, headers={"Host": "canary.example.org"})
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(strange, timeout=30)

    lines = [line for line in output.read_text().splitlines() if not line.startswith(("A", "C"))]
    records = [json.loads(line) for line in lines]
    assert {tuple(record) for record in records} == {("at", "level", "logger", "message")}
    assert "Not Found: no such address" in {record["message"] for record in records}
    assert any("/books/<" in record["message"] for record in records)
    assert "canary" not in output.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("server", ["granian", "gunicorn"])
def test_a_chapter_that_is_left_out_is_named_once_and_not_by_each_worker(tmp_path, server):
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content)
    chapter = next((content / "alongside").glob("05-*.md"))
    chapter.write_text(chapter.read_text() + "\n::: nothing anybody knows\n")
    data_dir = tmp_path / "var"

    given = {"WORKBOOK_CONTENT_DIR": str(content), "WORKBOOK_SERVER": server}
    with serving(data_dir, **given) as (address, output):
        for _ in range(8):
            get(f"{address}/")

    assert output.read_text().count("is left out") == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_workers_dont_hold_what_only_the_first_start_took(tmp_path):
    sizes = []
    for start in range(2):
        with serving(tmp_path / "var", is_first_start=not start) as (address, _output):
            get(f"{address}/")
            sizes.append(megabytes_of_largest_worker())

    assert sizes[0] < sizes[1] + 15


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SITE_URL": "workbook.example.org"}, "SITE_URL is 'workbook.example.org'"),
        ({"DATABASE_URL": "mysql://somewhere/else"}, "DATABASE_URL is malformed"),
        ({"DATABASE_URL": "postgres://127.0.0.1:1/none"}, "The database can't be used"),
        ({"PORT": "http"}, "PORT is 'http'"),
        ({"PORT": "65536"}, "PORT is '65536'"),
        ({"PORT": "٨٠٠٠"}, "PORT is '٨٠٠٠'"),
        ({"HOST": "192.0.2.1"}, "HOST is '192.0.2.1'"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml'. Set it to text or json."),
        ({"WORKBOOK_SERVER": "apache"}, "WORKBOOK_SERVER is 'apache'"),
        ({"WORKBOOK_DATA_DIR": "/dev/null/var"}, "The data folder /dev/null/var can't be written"),
        ({"SECRET_KEY": "alone"}, "SECRET_KEY is set, WORKBOOK_KEYS is not"),
        (
            {"WORKBOOK_KEYS": "c2hvcnQ=", "SECRET_KEY": "s"},
            "Key 1 in WORKBOOK_KEYS is not 32 bytes",
        ),
    ],
)
def test_what_keeps_a_site_from_starting_is_said_in_one_line(tmp_path, given, said):
    given = {"PORT": free_port()} | given

    run = subprocess.run(
        [*MANAGE, "serve"], env=environment(tmp_path) | given, capture_output=True, text=True
    )

    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.startswith("Alongside can't start: ")
    assert said in run.stderr
    assert run.stderr.count("\n") == 1


def test_variables_in_an_env_file_are_settings_and_the_environment_wins(tmp_path):
    (tmp_path / "manage.py").write_text((ROOT / "manage.py").read_text())
    (tmp_path / ".env").write_text('# SITE_URL=no\n\nSITE_URL="from file"\nHOST=1\n')

    run = subprocess.run(
        [sys.executable, str(tmp_path / "manage.py"), "serve"],
        env=environment(tmp_path, PYTHONPATH=str(ROOT), HOST="127.0.0.1"),
        capture_output=True,
        text=True,
    )

    assert "SITE_URL is 'from file'" in run.stderr
