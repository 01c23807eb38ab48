"""The built static files: hashed names, compressed once, made again only when something changed."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".built-from"
# What only DEBUG serves, and DEBUG needs no build. Compressing it would take half of a first start.
LEFT_OUT = ["*.map", "jquery.js", "select2.full.js", "xregexp.js", "htmx-2.js", "htm*-4*.js"]


def build_if_changed() -> bool:
    """Brings STATIC_ROOT up to date, and returns whether that took a build.

    Files of earlier builds stay: a page that is open during an upgrade still finds its own.
    """
    stamp, print_now = _stamp(), fingerprint()
    if is_built(print_now):
        return False
    # Gone while building, so that a build which is cut off counts as none.
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=LEFT_OUT)
    stamp.write_text(print_now, encoding="utf-8")
    return True


def is_built(print_now: str = "") -> bool:
    """Returns whether what is built is what would be built now; ``print_now`` where that is at
    hand.
    """
    stamp = _stamp()
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == (print_now or fingerprint())


def _stamp() -> Path:
    return Path(settings.STATIC_ROOT) / STAMP


def fingerprint() -> str:
    """Returns what a build depends on: each source's place, size and time, and the builder's
    version.
    """
    digest = hashlib.sha256()
    digest.update(f"{settings.STORAGES['staticfiles']} {version('whitenoise')}\n".encode())
    for finder in get_finders():
        for name, storage in finder.list(LEFT_OUT):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
