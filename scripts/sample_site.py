"""A site of its own, for pictures, measurements and work on the site: its own data folder and port,
and one sample reader whose answers are invented. Nothing of it stays, unless there is a folder to
leave it in.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
READER = "quiet-river-4821"
PASSWORD = "four maples and a heron"
NEVER_SHARED = ("DATABASE_URL", "DATABASE_SHARDED", "SECRET_KEY", "WORKBOOK_KEYS", "SITE_URL")
"""Settings of somebody's real site, which a sample must not be written into."""
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-lcd-text"]


@contextlib.contextmanager
def sample_site(
    site_toml: str = "", content: Path = ROOT / "content", data: Path | None = None
) -> Iterator[str]:
    """Serve the shipped workbook, or another, as an operator would; gives its address.

    ``data`` is an empty folder that keeps what the site writes; else nothing of it is kept.
    """
    with contextlib.ExitStack() as stack:
        if data is None:
            folder = tempfile.TemporaryDirectory(prefix="alongside-sample-")
            data = Path(stack.enter_context(folder))
        (data / "site.toml").write_text(site_toml, encoding="utf-8")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
        environment = {
            # Empty, and not left out: manage.py takes what is left out from a file .env.
            **dict.fromkeys(NEVER_SHARED, ""),
            "PATH": os.environ["PATH"],
            "WORKBOOK_DATA_DIR": str(data),
            "WORKBOOK_CONTENT_DIR": str(content),
            "PORT": port,
        }
        site = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "serve"],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/healthz", site)
            yield address
        finally:
            site.send_signal(signal.SIGINT)
            site.wait(timeout=30)


def _wait_for(address: str, site: subprocess.Popen, seconds: int = 90) -> None:
    deadline = time.monotonic() + seconds
    while site.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()
            return
        time.sleep(0.1)
    sys.exit("The sample site did not start.")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        sys.exit("This needs a browser: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def sign_up(context: BrowserContext, address: str) -> Page:
    """Sign up as the sample reader; the context holds their session from then on."""
    page = context.new_page()
    page.goto(f"{address}/account/signup/")
    page.get_by_label("Yes", exact=False).first.check()
    page.locator("[name=username]").fill(READER)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Create an account", exact=True).last.click()
    page.wait_for_load_state()
    return page
