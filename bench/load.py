"""Driving a site with wrk: what is asked for, and what must come back."""

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from bench.shipped import SHORT, WORDS
from bench.workload import (
    BOOK,
    LARGE_JOURNAL,
    NEEDLE,
    QUESTIONS,
    Person,
    answer,
    opened,
    prompt_id,
    slugs,
)

SCRIPT = Path(__file__).with_name("wrk.lua")
THREADS = 2
PATIENCE = "10s"
"""What is slower than wrk's usual two seconds is late, and not wrong: it shows in the p99."""
CONNECTIONS = 8
"""As many as two workers with four threads can hold at once."""


OPENED = (opened(0), opened(QUESTIONS - 1))
"""On a page with all answers to a chapter, and on no other."""
A_PAGE = 50
ANSWERED = (SHORT, WORDS.partition("’")[0], " checked>", 'class="is-latest"')
"""Texts of which a page holds at least one where its reader has answered or read."""


class Wrong(Exception):
    """A response that is not what was asked for: the numbers of such a run mean nothing."""


class Asked(NamedTuple):
    path: str
    headers: dict[str, str] = {}
    body: str = ""


@dataclass(frozen=True)
class Plan:
    """Requests sent in turns, and what each response must be.

    Attributes:
        all: texts that a body must hold, every one.
        any: texts of which a body must hold one.
        mark, share: a text that so large a part of all bodies must hold, within a tenth.
        packed: the length of the body once unpacked, for a compressed one; ``give`` or take.
    """

    requests: list[Asked]
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    mark: str = ""
    share: float = 0
    status: int = 200
    packed: int = 0
    give: int = 0

    def as_lua(self) -> str:
        requests = ",\n".join(
            f"{{method={_lua('POST' if one.body else 'GET')}, path={_lua(one.path)}, headers={{"
            + ", ".join(f"[{_lua(name)}]={_lua(value)}" for name, value in one.headers.items())
            + "}"
            + (f", body={_lua(one.body)}" if one.body else "")
            + "}"
            for one in self.requests
        )
        packed = f"packed={self.packed}, give={self.give}, " if self.packed else ""
        words = f"all={_lua_list(self.all)}, any={_lua_list(self.any)}, mark={_lua(self.mark)}"
        return f"return {{status={self.status}, {packed}{words}, requests={{{requests}}}}}"


def _lua(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def _lua_list(texts: tuple[str, ...]) -> str:
    return "{" + ", ".join(map(_lua, texts)) + "}"


@dataclass(frozen=True)
class Run:
    """What one run of wrk measured."""

    rate: float
    median_ms: float
    p99_ms: float
    requests: int


@dataclass
class Runs:
    """The same work, round after round."""

    each: list[Run] = field(default_factory=list)


def wrk() -> str:
    """Debian's wrk, installed where that is possible."""
    if shutil.which("wrk") is None:
        subprocess.run(["apt-get", "install", "-y", "wrk"], capture_output=True, check=False)
    found = shutil.which("wrk")
    if found is None:
        sys.exit("The load comes from wrk, which is missing here. Run: sudo apt-get install wrk")
    return found


def drive(address: str, plan: Plan, seconds: int) -> Run:
    """Ask for what the plan says, as fast as the site answers. Raises Wrong."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as file:
        file.write(plan.as_lua())
        file.flush()
        command = [
            wrk(),
            "-t",
            THREADS,
            "-c",
            CONNECTIONS,
            "-d",
            f"{seconds}s",
            "--timeout",
            PATIENCE,
        ]
        command += ["-s", SCRIPT, address, "--", file.name, THREADS]
        done = subprocess.run(map(str, command), capture_output=True, check=False)
    said = done.stdout.decode(errors="replace")
    line = next((one for one in said.splitlines() if one.startswith("RESULT ")), "")
    if not line:
        raise Wrong(f"wrk told nothing: {done.stderr.decode() or said}")
    told = json.loads(line.removeprefix("RESULT "))
    if told["wrong"] or told["failed"] or not told["checked"]:
        raise Wrong(
            f"{told['wrong']} of {told['checked']} responses were wrong, {told['failed']} failed; "
            f"the first: {told['sample']}"
        )
    if plan.share and abs(told["marked"] / told["checked"] - plan.share) > 0.1:
        raise Wrong(f"{told['marked']} of {told['checked']} hold {plan.mark}, not {plan.share:.0%}")
    rate = told["requests"] / told["seconds"]
    return Run(rate, told["median_ms"], told["p99_ms"], told["checked"])


# --- What is asked of Alongside ---


def chapter_of(person: Person) -> str:
    """Each person reads one chapter, all of them together every chapter."""
    return f"/books/{BOOK}/{slugs()[person.number % len(slugs())]}/"


def chapters(people: list[Person], **headers: str) -> Plan:
    requests = [
        Asked(chapter_of(person), {"Cookie": person.cookie, **headers}) for person in people
    ]
    return Plan(requests, all=OPENED)


def next_chapters(people: list[Person]) -> Plan:
    """Everybody reads on: each page is another chapter than their last, so the place is kept."""
    requests = [
        Asked(f"/books/{BOOK}/{slug}/", {"Cookie": person.cookie})
        for slug in slugs()
        for person in people
    ]
    return Plan(requests, all=OPENED)


def gzipped(address: str, plan: Plan) -> Plan:
    """The same as browsers ask for it. A page's length must be that of one that has been read."""
    asked = [
        Asked(one.path, {**one.headers, "Accept-Encoding": "gzip"}, one.body)
        for one in plan.requests
    ]
    lengths = []
    for one in asked:
        text = gzip.decompress(fetch(address, one)).decode()
        is_one = not plan.any or any(words in text for words in plan.any)
        if not (is_one and all(words in text for words in plan.all)):
            raise Wrong(f"{one.path} is not the page that was asked for.")
        lengths.append(len(text.encode()))
    middle = (min(lengths) + max(lengths)) // 2
    return replace(plan, requests=asked, any=(), packed=middle, give=max(lengths) - middle + 200)


def unchanged(address: str, plan: Plan) -> Plan:
    """The same by somebody whose browser has the pages already."""
    asked = []
    for one in plan.requests:
        request = urllib.request.Request(address + one.path, headers=one.headers)
        with _opener().open(request) as response:
            asked.append(
                Asked(one.path, {**one.headers, "If-None-Match": response.headers["ETag"]})
            )
    return Plan(asked, status=304)


def fetch(address: str, one: Asked) -> bytes:
    request = urllib.request.Request(address + one.path, headers=one.headers)
    with _opener().open(request) as response:
        body: bytes = response.read()
    return body


def _opener() -> Any:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def shipped(people: list[Person], path: str) -> Plan:
    """One page of the shipped workbook, by readers who have answered all that it asks."""
    return Plan([Asked(path, {"Cookie": person.cookie}) for person in people], any=ANSWERED)


def signed_out() -> Plan:
    return Plan([Asked(f"/books/{BOOK}/{slug}/") for slug in slugs() * 2], all=(NEEDLE,))


def saves(people: list[Person]) -> Plan:
    """Each person types on in the first answer of their chapter, as autosave.js sends it."""
    requests = []
    for person in people:
        chapter = person.number % len(slugs())
        ident = prompt_id(chapter, 0)
        form = {
            "answer": f"{answer(person.number, chapter, 0)[:-16]} @TURN@",
            "version": "1",
            "writer": person.writer,
            "page": "measured",
            "kind": "long answer",
            "asked": "What comes to mind here, in your own words?",
            "turn": "@TURN@",
        }
        headers = {
            "Cookie": person.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
            "HX-Target": f"status-{ident}",
        }
        requests.append(Asked(f"/journal/answers/{BOOK}/{ident}/", headers, _form(form)))
    return Plan(requests, all=("Saved",))


def _form(fields: dict[str, str]) -> str:
    return urlencode(fields).replace("%40TURN%40", "@TURN@")


def journal(owner: Person) -> Plan:
    """The newest page; its first entry and its fiftieth must be there."""
    newest, last = LARGE_JOURNAL - 1, LARGE_JOURNAL - A_PAGE
    seen = tuple(answer(-1, number, 0).partition(" ")[0] for number in (newest, last))
    return Plan([Asked("/journal/", {"Cookie": owner.cookie})] * THREADS, all=seen)


def searches(owner: Person, words: str) -> Plan:
    headers = {
        "Cookie": owner.cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "X-CSRFToken": owner.csrf,
    }
    return Plan(
        [Asked("/journal/search/", headers, _form({"words": words}))] * THREADS,
        all=('name="words"',),
    )


def mixed(people: list[Person], owner: Person) -> Plan:
    """Of 100 requests: 60 chapters read, 10 of them by the signed out, 10 help pages, 10 journals,
    9 saves, 1 search, in that order.
    """
    read, out, kept = chapters(people).requests, signed_out().requests, saves(people).requests
    # By three people in turns: nobody may search as often as all of them together do.
    found = [searches(person, "shed").requests[0] for person in (owner, *people[:2])]
    requests = []
    for number in range(0, len(read), 10):
        some = [*read[number : number + 10], *kept[number : number + 2]]
        some += [*out[:2], Asked("/help-now/"), Asked("/help-now/")]
        some += [
            Asked("/journal/", {"Cookie": person.cookie}) for person in people[number : number + 2]
        ]
        requests += some
    requests += found
    # Which response belongs to which request is not known here: how many were opened is.
    share = sum("Cookie" in one.headers and not one.body for one in requests) / len(requests)
    return Plan(requests, any=("Saved", 'id="disclaimer"'), mark=opened(0), share=share)


# --- What is asked of the floor ---


def floor_chapters(people: list[Person]) -> Plan:
    requests = [
        Asked(f"/chapters/{person.number % len(slugs())}/", {"Cookie": person.cookie})
        for person in people
    ]
    return Plan(requests, all=OPENED)


def floor_constant() -> Plan:
    return Plan([Asked("/constant/")] * THREADS, all=(NEEDLE,))


def floor_saves(people: list[Person]) -> Plan:
    requests = []
    for person in people:
        chapter = person.number % len(slugs())
        headers = {
            "Cookie": person.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": person.csrf,
        }
        form = {"answer": f"{answer(person.number, chapter, 0)[:-16]} @TURN@"}
        requests.append(Asked(f"/answers/{chapter}/0/", headers, _form(form)))
    return Plan(requests, all=("Saved",))


def floor_mixed(people: list[Person]) -> Plan:
    """The same shares of reading, constant pages and saves."""
    read, kept = floor_chapters(people).requests, floor_saves(people).requests
    requests = []
    for number in range(0, len(read), 10):
        requests += [*read[number : number + 10], *read[number : number + 2]]
        requests += [*kept[number : number + 2], *[Asked("/constant/")] * 4]
    share = sum("Cookie" in one.headers and not one.body for one in requests) / len(requests)
    return Plan(requests, any=(NEEDLE, "Saved", opened(0)), mark=opened(0), share=share)
