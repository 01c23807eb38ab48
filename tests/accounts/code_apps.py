"""A person with a code app, as the tests of the second step need one."""

from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.elements import Element, page
from workbook.vault import code_apps, totp


class App:
    """A code app on somebody's phone: a secret, and a clock that goes on with each code."""

    def __init__(self, monkeypatch: Any) -> None:
        self.secret = b""
        self.now = 1_900_000_000.0
        monkeypatch.setattr(code_apps, "time", SimpleNamespace(time=lambda: self.now))

    def next_code(self, later: int = 1) -> str:
        """The code of the next 30 seconds."""
        self.now += totp.SECONDS * later
        return self.code_at(0)

    def code_at(self, steps: int) -> str:
        """The code so many steps from now."""
        return totp.code_at(self.secret, int(self.now) // totp.SECONDS + steps)

    def wrong_code(self) -> str:
        near = {self.code_at(steps) for steps in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)

    def scan(self, page: Element) -> None:
        """Take the secret over from the page that shows it."""
        self.secret = secret_of(page)


def secret_of(shown: Element) -> bytes:
    from base64 import b32decode

    return b32decode(shown.one("p", id="secret").words.replace(" ", ""))


def turn_on(client: Client, person: Any, app: App, **more: str) -> list[str]:
    """Set up a code app in the browser of somebody who is signed in; the ten codes."""
    address = reverse("code-app")
    shown = client.post(address, {"password": person.password, "begin": "1", **more})
    app.scan(page(shown.text))
    codes = client.post(address, {"code": app.next_code(), "prove": "1", **more})
    return [item.words for item in page(codes.text).one("ol", id="codes").all("li")]
