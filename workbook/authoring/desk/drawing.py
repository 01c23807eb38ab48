"""What the map draws: a guide's steps, and which chapter's answers come back where.

Both are drawn as a guide is on its page, with lines from each row to the box that it leads to.
"""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from workbook.authoring.desk.content import TextFolder
from workbook.authoring.desk.outline import BookOutline
from workbook.prompts import flow
from workbook.prompts.flow import FlowStep, FlowWay
from workbook.prompts.kinds.guide import Guide
from workbook.prompts.picture import Picture

MOST_LETTERS = 60
"""Letters of a question's beginning that the drawing shows, enough to tell which one it is."""


def guide_drawn(guide: Guide) -> SafeString:
    """Returns a picture of every step with its ways on; an end is named in its row."""
    return _drawn(guide.pictures["wide"], f"The steps of the guide {guide.id}")


def chapters_drawn(outline: BookOutline, folder: TextFolder) -> SafeString:
    """Returns a picture of each text that gives or takes answers, with a row for each answer."""
    leading: dict[str, list[tuple[str, str]]] = {}
    for asked in outline.asked:
        question = _begun(asked.prompt.question.plain.split("\n")[0])
        for name in dict.fromkeys(use.text.name for use in asked.uses):
            leading.setdefault(name, [])
            if name != asked.text.name:
                leading.setdefault(asked.text.name, []).append((question, name))
    texts = [text for text in folder.texts if text.name in leading]
    places = {text.name: number for number, text in enumerate(texts)}
    steps = [
        FlowStep(text.title, tuple(FlowWay(q, places[to]) for q, to in leading[text.name]))
        for text in texts
    ]
    if not steps:
        return SafeString("")
    return _drawn(flow.draw(steps, flow.WIDE), "Which chapters show answers from which")


def _drawn(picture: Picture, label: str) -> SafeString:
    context = {"picture": picture, "room": "map", "label": label}
    return SafeString(render_to_string("prompts/_picture.html", context))


def _begun(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS].rsplit(' ', 1)[0]} …"
