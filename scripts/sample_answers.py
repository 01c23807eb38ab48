"""What the sample reader wrote: invented, and enough to see every picture with something in it."""

import datetime
from dataclasses import dataclass

from playwright.sync_api import Page

Fields = dict[str, str | list[str]]


@dataclass(frozen=True)
class Written:
    """One answer: where it is asked, its form's fields, and on which of the past days."""

    chapter: str
    prompt: str
    fields: Fields
    days_ago: int = 0


def _rows(fields: str, *rows: tuple[str, ...]) -> Fields:
    names = fields.split()
    return {
        f"{name}-{number}": cell
        for number, row in enumerate(rows)
        for name, cell in zip(names, row, strict=True)
    }


def _people(*people: tuple[str, str, str, str]) -> Fields:
    return _rows("who kind good_for reach", *people)


ANSWERS = (
    Written("start-here", "today-brought", {"answer": "The bus went past my old street."}),
    Written(
        "start-here",
        "helps-me-stop",
        {"answer": ["Standing up and leaving the room"], "own": ["Putting the kettle on"]},
    ),
    *(
        Written("steady-first", "steady-before", {"answer": value}, days_ago=days)
        for days, value in ((40, "3"), (33, "5"), (24, "4"), (17, "2"), (9, "5"), (2, "6"))
    ),
    Written(
        "my-map",
        "my-holds",
        _rows(
            "cell0 cell1 cell2",
            ("The river path", "It moves, so I don't have to", "Most mornings"),
            ("Old Biscuit", "Leans on my knee", "Whenever I sit down"),
            ("The seven o'clock news on the radio", "Somebody talks", "Every day"),
        ),
    ),
    Written(
        "my-map",
        "my-people",
        _people(
            ("Dr. Osei", "Professional", "Sleep, and the tablets", "555-0142, mornings"),
            ("Marisol", "Personal", "Soup and no questions", "555-0199"),
            ("My sister", "Personal", "Laughing at the same things", "Sundays, she calls"),
            ("Ray from the Tuesday group", "Peer", "He knows the road", "Text first"),
        ),
    ),
    *(
        Written(
            "my-map",
            "balance",
            {f"answer-{number}": word for number, word in enumerate(words)},
            days_ago=days,
        )
        for days, words in (
            (38, ("not now", "yes", "partly", "partly", "not now", "yes", "yes")),
            (3, ("partly", "partly", "yes", "yes", "partly", "yes", "not now")),
        )
    ),
    Written("my-map", "strongest-line", {"answer": "Marisol. She never asks twice."}),
    Written("who-for-what", "one-thing-now", {"answer": "The mail pile"}),
    *(
        Written("onward", "season", {"answer": name}, days_ago=days)
        for days, name in (
            (240, "Acute crisis"),
            (200, "Active treatment"),
            (150, "Active treatment"),
            (90, "Between two, or I can’t tell"),
            (45, "Stable"),
            (4, "Major change"),
        )
    ),
    Written("hard-day", "want-to-hear", {"answer": "You have been here before.\nIt did not stay."}),
    Written("hard-day", "got-through-hour", {"answer": ["A show I know by heart"]}),
    Written(
        "hard-day",
        "hard-day-people",
        _people(("Marisol", "Personal", "Company without much talk", "555-0199")),
    ),
)

WAY = ("No", "Connection, day to day", "I’ve tried this", "No")
"""What the sample reader chooses in the guide ``where-to-turn``, step by step."""

# The form as it stands on its page, with some fields changed, sent as its own script would.
SEND = """
async ({prompt, fields}) => {
  const form = document.getElementById(`prompt-${prompt}`);
  const data = new FormData(form);
  for (const [name, value] of Object.entries(fields)) {
    data.delete(name);
    for (const one of [value].flat()) data.append(name, one);
  }
  const answer = await fetch(form.getAttribute("action"), {
    method: "POST", body: new URLSearchParams(data), headers: {"HX-Request": "true"},
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[name=entry]")?.value || `refused with ${answer.status}`;
}
"""
SET_DAY = """
async ({address, day}) => {
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  const form = page.querySelector("form[action$='/day/']");
  const data = new FormData(form);
  data.set("day", day);
  await fetch(form.getAttribute("action"), {method: "POST", body: new URLSearchParams(data)});
}
"""


def write_all(page: Page, address: str, today: datetime.date) -> None:
    """Answer as the sample reader, who has joined in this page's context, did until ``today``."""
    for written in ANSWERS:
        page.goto(f"{address}/books/alongside/{written.chapter}/")
        entry = page.evaluate(SEND, {"prompt": written.prompt, "fields": written.fields})
        if " " in entry:
            raise RuntimeError(f"{written.prompt}: {entry}")
        if written.days_ago:
            day = today - datetime.timedelta(days=written.days_ago)
            page.evaluate(
                SET_DAY, {"address": f"/journal/entries/{entry}/", "day": day.isoformat()}
            )
