"""``make dev``: the site for whoever works on it, with reload, on a sample reader's journal.

It has a data folder of its own, ``var-dev``, which may be deleted at any time, and takes neither
database nor keys from the environment: what is tried here never reaches anybody's words.
"""

import datetime
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sample_answers import write_all
from sample_site import NEVER_SHARED, PASSWORD, READER, ROOT, chromium, sample_site, sign_up

DATA = ROOT / "var-dev"


def surroundings(given: Mapping[str, str]) -> dict[str, str]:
    """Returns the environment of the site, made of the one that ``make dev`` was started in.

    ``SITE_URL`` is taken over, with which a phone can open it; a database and keys are not.
    """
    kept = {name: value for name, value in given.items() if name not in NEVER_SHARED}
    if "SITE_URL" in given:
        kept["SITE_URL"] = given["SITE_URL"]
    own = {"DJANGO_SETTINGS_MODULE": "workbook.settings", "WORKBOOK_DATA_DIR": str(DATA)}
    return kept | own | {"DEBUG": "1"}


def make_sample() -> None:
    """Makes the data folder, with the sample reader's answers in it, written in Chromium."""
    print("Making a sample journal in var-dev, once ...", flush=True)
    # Under another name until it is whole: what was cut off is not taken for a sample.
    draft = Path(tempfile.mkdtemp(prefix="var-dev-", dir=ROOT))
    try:
        with sample_site(data=draft) as address, chromium() as browser:
            page = sign_up(browser.new_context(), address)
            write_all(page, address, datetime.datetime.now(datetime.UTC).date())
        draft.rename(DATA)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def main() -> None:
    """Serves until stopped. Django's own server starts anew when a module changes."""
    if not DATA.exists():
        make_sample()
    environment = surroundings(os.environ)
    host, port = environment.get("HOST") or "127.0.0.1", environment.get("PORT") or "8000"
    # Not by manage.py, which would take a real site's settings from a file .env.
    django = [sys.executable, "-m", "django"]
    subprocess.run([*django, "migrate", "--verbosity=0"], env=environment, cwd=ROOT, check=True)
    print(f"Sign in as “{READER}” with “{PASSWORD}”. Ctrl+C stops it.", flush=True)
    os.chdir(ROOT)
    # A chapter that doesn't compile is left out, as on any site, and must not stop the others.
    os.execve(
        sys.executable, [*django, "runserver", "--skip-checks", f"{host}:{port}"], environment
    )


if __name__ == "__main__":
    main()
