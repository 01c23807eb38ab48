"""``manage.py write``: the writing desk, on this machine only."""

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers.basehttp import run

from workbook.authoring.desk.local import is_loopback

DESK_SETTINGS = "workbook.writing"
FIRST_PORT, PORTS = 8200, 20


class Command(BaseCommand):
    """Opens the writing desk."""

    help = "Open the writing desk: write, look and correct in the browser, on this machine only."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the command's own arguments."""
        parser.add_argument("--host", default="127.0.0.1", help="an address of this machine itself")
        parser.add_argument("--port", type=int, help="8200, or the next free one, if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serves the desk until it is stopped. Raises CommandError."""
        host: str = options["host"]
        if not is_loopback(host):
            raise CommandError(
                "The desk writes files and asks for no password, so it opens on this machine only, "
                f"and others reach {host}. Leave --host out."
            )
        if settings.SETTINGS_MODULE != DESK_SETTINGS:
            self.restart()
        try:
            settings.CONTENT_DIR.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{settings.CONTENT_DIR} can't be made: {error.strerror}.") from None
        port = free_port(host, options["port"])
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"The writing desk is open at http://{shown}:{port}/desk/")
        self.stdout.write(f"It writes to {settings.CONTENT_DIR}. Ctrl+C closes it.")
        self.stdout.flush()
        try:
            run(host, port, WSGIHandler(), ipv6=":" in host, threading=True)
        except KeyboardInterrupt:
            self.stdout.write("\nThe desk is closed.")

    def restart(self) -> None:
        """Starts the command again with the desk's settings, which are read once a process."""
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": DESK_SETTINGS}
        command = [sys.executable, *sys.argv]
        os.execve(command[0], command, environment)  # noqa: S606 - our own interpreter, no shell


def free_port(host: str, wanted: int | None) -> int:
    """Returns the wanted port, or the first free one. Raises CommandError."""
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError):
                continue
            return port
    raise CommandError(
        f"Port {wanted or FIRST_PORT} is taken or not for this account. Choose another: --port 8300"
    )
