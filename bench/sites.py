"""The two sites that are measured, each in a folder of its own, on the same server."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOOR = ROOT / "bench" / "floor"
WORKERS = len(os.sched_getaffinity(0))
THREADS = 4


class Site:
    """A site that can be started and stopped: Alongside as an operator would serve it."""

    probe = "/help-now/"
    stderr: int | None = None

    def __init__(self, data: Path, server: str = "granian") -> None:
        self.data, self.server = data, server
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            "WORKBOOK_DATA_DIR": str(self.data),
            "WORKBOOK_CONTENT_DIR": str(self.data / "content"),
            "WORKBOOK_SERVER": self.server,
            "PORT": str(self.port),
        }

    def command(self) -> list[str]:
        return [sys.executable, "manage.py", "serve"]

    def seed(self, people: int) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self.run([sys.executable, "-m", "bench.seed", str(people)])

    def run(self, command: list[str]) -> None:
        subprocess.run(command, env=os.environ | self.environment, cwd=ROOT, check=True)

    def start(self, path: str = "") -> float:
        """Start; seconds until the page at ``path`` came for the first time."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            self.command(),
            env=os.environ | self.environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=self.stderr,
            start_new_session=True,
        )
        self.wait(path)
        return time.monotonic() - began

    def wait(self, path: str = "", seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            if answers(self.address + (path or self.probe)):
                return
            time.sleep(0.005)
        sys.exit(f"{' '.join(self.command())} did not start.")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
            self.process = None

    def workers(self) -> list[int]:
        """The processes that answer: the started one's children."""
        assert self.process is not None
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        named = [int(pid) for pid in found.split()]
        # multiprocessing's own helper answers nobody.
        return [pid for pid in named if "resource_tracker" not in _command_line(pid)]


class Shipped(Site):
    """Alongside with the shipped workbook, by readers who have answered every prompt."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"WORKBOOK_CONTENT_DIR": str(ROOT / "content")}

    def seed(self, people: int) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self.run([sys.executable, "-m", "bench.seed", str(people), "shipped"])


class Made(Site):
    """Alongside as somebody starts it who tries it out."""

    def command(self) -> list[str]:
        return ["make", "--silent", "run"]


class Floor(Site):
    """The bare Django project in bench/floor/."""

    probe = "/constant/"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "FLOOR_DATA_DIR": str(self.data),
            "DJANGO_SETTINGS_MODULE": "bare.settings",
            "PYTHONPATH": f"{FLOOR}:{ROOT}",
            # As Alongside's server does for itself: one heap is smaller, and a little quicker.
            "MALLOC_ARENA_MAX": "1",
        }

    def command(self) -> list[str]:
        # The same options as in workbook/operations/servers.py.
        if self.server == "gunicorn":
            options = f"--bind 127.0.0.1:{self.port} --workers {WORKERS} --worker-class gthread "
            options += f"--threads {THREADS} --preload --log-level warning --no-control-socket"
            return [sys.executable, "-m", "gunicorn", *options.split(), "bare.wsgi:application"]
        options = f"--interface wsgi --http 1 --no-ws --host 127.0.0.1 --port {self.port} "
        options += f"--workers {WORKERS} --blocking-threads {THREADS} "
        options += "--blocking-threads-idle-timeout 600 --log-level warning"
        return [sys.executable, "-m", "granian", *options.split(), "bare.wsgi:application"]

    def seed(self, people: int) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self.run([sys.executable, str(FLOOR / "seed.py"), str(people)])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def megabytes(pids: list[int], kind: str = "Rss") -> float:
    """The largest of these processes: ``Rss`` counts what it shares whole, ``Pss`` its part."""
    sizes = []
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        sizes += [int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{kind}:")]
    return max(sizes)
