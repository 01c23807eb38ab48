#!/usr/bin/env python3
"""Many people writing at once: does every save succeed, and is every saved word there afterwards?

    python bench/writers.py http://127.0.0.1:8000 --writers 16 --seconds 30

Joins that many people on a running site, lets each of them save answers as fast as the site takes
them, then lets each enter anew and read. Ends with 1 where a save failed or a saved answer isn't
there. The people stay on the site, so give it one of its own. Needs the standard library only.
"""

import argparse
import random
import re
import secrets
import statistics
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin

ANSWER_CHARACTERS = 600


@dataclass
class Form:
    id: str = ""
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    textareas: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """The forms of a page; ``loose`` holds the fields of a fragment that stand in none."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.text = address, text
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.loose = Form()
        self._form = self.loose
        self._textarea = ""
        self.feed(text)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in pairs}
        name = attributes.get("name", "")
        if tag == "form":
            action = urljoin(self.address, attributes.get("action", ""))
            self._form = Form(attributes.get("id", ""), action)
            self.forms.append(self._form)
        elif tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif tag == "textarea" and name:
            self._textarea = name
            self._form.textareas.add(name)
            self._form.fields[name] = ""
        elif tag == "input" and name:
            chosen = attributes.get("type") not in {"radio", "checkbox"} or "checked" in attributes
            if chosen:
                self._form.fields[name] = attributes.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = self.loose
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._form.fields[self._textarea] += data

    def form_with(self, name: str) -> Form:
        return next(form for form in self.forms if name in form.fields)

    def prompt(self, prompt_id: str) -> Form:
        return next(form for form in self.forms if form.id == f"prompt-{prompt_id}")


class Browser:
    """Just enough of one: cookies, forms, redirects."""

    def __init__(self, site: str) -> None:
        self.site = site.rstrip("/")
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(urljoin(self.site + "/", path)))

    def post(self, form: Form, headers: dict[str, str] | None = None, **typed: str) -> Page:
        data = urlencode(form.fields | typed).encode()
        return self._open(urllib.request.Request(form.action, data, headers or {}))

    def _open(self, request: urllib.request.Request) -> Page:
        with self._opener.open(request, timeout=60) as response:
            return Page(response.geturl(), response.read().decode())


@dataclass
class Writer:
    site: str
    name: str = field(default_factory=lambda: f"writer {secrets.token_hex(6)}")
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    saved: dict[str, str] = field(default_factory=dict)
    """The last text of each prompt that the site called saved."""
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.browser = Browser(self.site)

    def sign_up(self) -> None:
        """Signs up; with another password where one looks like a stolen one, as one in sixty does."""
        form = self.browser.get("/account/signup/").form_with("password")
        while True:
            try:
                self.browser.post(form, username=self.name, password=self.password)
                return
            except urllib.error.HTTPError as refusal:
                if refusal.code != 422:
                    raise
                self.password = secrets.token_urlsafe(16)

    def write_until(self, is_enough: Callable[[], bool], chapter: str, prompts: list[str]) -> None:
        page = self.browser.get(chapter)
        forms = {prompt: page.prompt(prompt) for prompt in prompts}
        count = 0
        while not is_enough():
            prompt = prompts[count % len(prompts)]
            count += 1
            self._save(prompt, forms[prompt], f"{self.name}, number {count}: {some_words()}")

    def _save(self, prompt: str, form: Form, text: str) -> None:
        headers = {"HX-Request": "true", "HX-Target": f"status-{prompt}"}
        start = time.monotonic()
        try:
            page = self.browser.post(form, headers, answer=text)
        except (OSError, HTTPException) as error:
            self.errors.append(f"{prompt}: {error}")
            return
        if not re.search(r">\s*Saved\b", page.text):
            self.errors.append(f"{prompt}: not called saved")
            return
        self.seconds.append(time.monotonic() - start)
        self.saved[prompt] = text
        form.fields["version"] = page.loose.fields["version"]

    def lost(self, chapter: str) -> list[str]:
        """The prompts whose saved answer isn't there for somebody who enters anew."""
        self.browser = Browser(self.site)
        form = self.browser.get("/account/login/").form_with("password")
        self.browser.post(form, username=self.name, password=self.password)
        page = self.browser.get(chapter)
        return [
            f"{prompt} of {self.name}"
            for prompt, text in self.saved.items()
            if page.prompt(prompt).fields["answer"].strip() != text
        ]


@dataclass(frozen=True)
class Result:
    saves: int
    median_ms: float
    p99_ms: float
    errors: list[str]
    lost: list[str]


def run(site: str, writers: int, seconds: float) -> Result:
    """Let ``writers`` people write at ``site`` for ``seconds``."""
    people = [Writer(site) for _ in range(writers)]
    for person in people:
        person.sign_up()
    chapter, prompts = where_to_write(people[0].browser)
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(
            target=person.write_until, args=(lambda: time.monotonic() > end, chapter, prompts)
        )
        for person in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(1000 * second for person in people for second in person.seconds) or [0.0]
    errors = [error for person in people for error in person.errors]
    errors += [f"{person.name} saved nothing" for person in people if not person.saved]
    return Result(
        saves=sum(len(person.seconds) for person in people),
        median_ms=statistics.median(times),
        p99_ms=times[int(len(times) * 0.99)],
        errors=errors,
        lost=[prompt for person in people for prompt in person.lost(chapter)],
    )


def where_to_write(browser: Browser) -> tuple[str, list[str]]:
    """The first chapter that asks for words, and the prompts in it that hold one answer each."""
    books = [link for link in browser.get("/").links if re.fullmatch(r"/books/[\w-]+/", link)]
    for book in dict.fromkeys(books):
        chapters = [link for link in browser.get(book).links if link.startswith(book)]
        for chapter in dict.fromkeys(link.partition("#")[0] for link in chapters):
            if chapter == book:
                continue
            prompts = [
                form.id.removeprefix("prompt-")
                for form in browser.get(chapter).forms
                if form.id.startswith("prompt-")
                and "answer" in form.textareas
                and "occurrence" not in form.fields
            ]
            if prompts:
                return chapter, prompts
    raise LookupError(f"No chapter at {browser.site} asks for words.")


def some_words() -> str:
    words = ["tea", "rain", "steps", "mañana", "静か", "🌱", "&amp;", "<b>", "a friend", "sleep"]
    text = ""
    while len(text) < ANSWER_CHARACTERS:
        text += random.choice(words) + " "
    return text.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    result = run(asked.site, asked.writers, asked.seconds)
    print(
        f"{asked.writers} writers for {asked.seconds:g} s: {result.saves} answers saved, "
        f"median {result.median_ms:.0f} ms, p99 {result.p99_ms:.0f} ms; "
        f"{len(result.errors)} errors, {len(result.lost)} lost"
    )
    for line in [*result.errors, *result.lost][:20]:
        print(f"  {line}")
    return 1 if result.errors or result.lost else 0


if __name__ == "__main__":
    sys.exit(main())
